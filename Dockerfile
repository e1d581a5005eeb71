# Matteloop in a container: CPU by default, NVIDIA GPUs with --build-arg ACCELERATOR=cuda.
# docs/operations.md says how to run it. The root file system may be read-only: all that is written goes to /data and /tmp.

ARG PYTHON=3.11

FROM python:${PYTHON}-slim-trixie AS packages
ARG ACCELERATOR=cpu
# yes: drafts and trains by a Ray cluster; 240 MB more
ARG RAY=no
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.txt requirements-extra.txt ./
# PyTorch first, for its index decides whether it is the build with CUDA, which brings all of CUDA but the driver
RUN case "${ACCELERATOR}" in \
      cpu) index=https://download.pytorch.org/whl/cpu ;; \
      cuda) index=https://pypi.org/simple ;; \
      *) echo "ACCELERATOR is cpu or cuda, not ${ACCELERATOR}" >&2; exit 1 ;; \
    esac \
    && grep '^torch>' requirements.txt > torch.txt \
    && case "${RAY}" in \
      yes) cp requirements-extra.txt extra.txt ;; \
      no) grep -v '^ray\[' requirements-extra.txt > extra.txt ;; \
      *) echo "RAY is yes or no, not ${RAY}" >&2; exit 1 ;; \
    esac \
    && pip install --requirement torch.txt --index-url "${index}" \
    && pip install --requirement requirements.txt --requirement extra.txt

FROM python:${PYTHON}-slim-trixie
# letters for charts in reports, Japanese ones among them
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk fontconfig \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 matteloop \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin matteloop \
    && install --directory --owner=matteloop --group=matteloop \
       /data /data/studio /data/uploads /data/temporary /data/cache
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/matteloop
COPY LICENSE app.py pyproject.toml ./
COPY matting_core matting_core
COPY annotation_store annotation_store
COPY training training
COPY studio studio
# others reach a container by the network alone, and whom the network reaches must sign in
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    TMPDIR=/data/temporary \
    GRADIO_TEMP_DIR=/data/uploads \
    NUMBA_CACHE_DIR=/data/cache/numba \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    MATTELOOP_DATA_DIR=/data/studio \
    MATTELOOP_ACCOUNTS=true \
    MATTELOOP_HOST=0.0.0.0 \
    MATTELOOP_PORT=7860 \
    MATTELOOP_LOG_FORMAT=json
USER 10001:10001
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/healthz' % os.environ['MATTELOOP_PORT'], timeout=4)"]
ENTRYPOINT ["python", "app.py"]
CMD ["serve"]
