"""Runs the server's script as `python SCRIPT ARGUMENT...` would, with our hooks
in it: biostar_tui_launch.py SCRIPT ARGUMENT..., or `--warm` for the process that
forks servers which have the project's packages loaded already.

Modules of ours that come into the project's process have names that no module
of a project has.
"""
from __future__ import print_function

import os
import sys
import time
import traceback
import types

HERE = os.path.dirname(os.path.abspath(__file__))
# The end of what a server that failed had to say: a traceback with its causes.
KEPT = 16384


class Tee(object):
    """Standard error, and its end kept for the page of a server that failed."""

    def __init__(self, stream):
        self._stream = stream
        self.kept = ""

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        """To the stream, as if we were not here."""
        if isinstance(text, bytes):
            self.kept += text.decode("utf-8", "replace")
        else:
            self.kept += text
        self.kept = self.kept[-KEPT:]
        return self._stream.write(text)


def show_uncaught():
    """What Python prints of an uncaught exception, without our own frames."""
    kind, error, trace = sys.exc_info()
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    traceback.print_exception(kind, error, trace)


def exit_code(error):
    """What `sys.exit(...)` means."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code
    print(error.code, file=sys.stderr)
    return 1


def run_script(argv):
    """Runs a script as the main module; its exit code."""
    script = argv[0]
    main = types.ModuleType("__main__")
    main.__file__ = script
    sys.modules["__main__"] = main
    sys.argv = list(argv)
    sys.path[0] = os.path.dirname(os.path.realpath(script))
    try:
        with open(script, "rb") as stream:
            code = compile(stream.read(), script, "exec", dont_inherit=True)
        exec(code, main.__dict__)
        return 0
    except SystemExit as error:
        return exit_code(error)
    except KeyboardInterrupt:
        return 130
    except BaseException:
        show_uncaught()
        return 1


def let_debuggers_in():
    """debugpy listens where the configuration names a port. The server before this one may
    still hold it for a moment; without debugpy the server runs all the same."""
    port = os.environ.get("BIOSTAR_TUI_DEBUG")
    if not port:
        return
    try:
        import debugpy
    except Exception as error:
        print("biostar-tui: no debugger: debugpy cannot be imported (%s)" % error, file=sys.stderr)
        return
    for attempt in range(30):
        try:
            debugpy.listen(("0.0.0.0", int(port)))
            return
        except Exception as error:
            if attempt == 29:
                print("biostar-tui: no debugger: %s" % error, file=sys.stderr)
            time.sleep(0.1)


def serve(argv, serving):
    """Runs the server; never returns. One that fails leaves what it said."""
    tee = sys.stderr = Tee(sys.stderr)
    serving.install()
    let_debuggers_in()
    code = 1
    try:
        code = run_script(argv)
    finally:
        if code != 0:
            serving.leave_words(tee.kept)
        for stream in (sys.stdout, tee):
            try:
                stream.flush()
            except (IOError, OSError, ValueError):
                pass
        os._exit(code)


def own_modules():
    """Ours, imported from our folder, which the project must not import from."""
    sys.path.insert(0, HERE)
    import biostar_tui_serving as serving
    import biostar_tui_warm as warm
    del sys.path[0]
    return serving, warm


def main(argv):
    """The command line."""
    serving, warm = own_modules()
    if argv[:1] == ["--warm"]:
        warm.run(lambda command: serve(command, serving))
    else:
        serve(argv, serving)


if __name__ == "__main__":
    main(sys.argv[1:])
