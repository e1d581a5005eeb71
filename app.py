"""The door: ``python app.py`` opens the studio, ``python app.py COMMAND`` does one thing from a shell."""

import os

# set before anything is imported: nothing in this program calls home, or fetches what it was not given
os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
# threads that wait for work sleep: spinning, they take the processor from whoever draws while something is drafted
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from studio.commands import program

if __name__ == "__main__":
    program(prog_name="python app.py")
