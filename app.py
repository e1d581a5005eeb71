"""The door: ``python app.py`` opens the studio, ``python app.py COMMAND`` does one thing from a shell."""

from studio.commands import main

if __name__ == "__main__":
    main("python app.py")
