#!/bin/sh
# The door of a container: gives the key of the object store to a program that reads it from the environment alone, and
# makes the container a node of the Ray cluster that JOIN_RAY names. Then the program takes its place.
set -eu

key=${SECRETS:-/run/secrets}/object_store_key
if [ -r "$key" ]; then
	AWS_SECRET_ACCESS_KEY=$(cat "$key")
	export AWS_SECRET_ACCESS_KEY
fi
if [ -n "${JOIN_RAY:-}" ]; then
	ray start --address="$JOIN_RAY" --num-cpus=0 --num-gpus=0 >&2
fi
exec "$@"
