"""Why pip failed, in one sentence that names the package, and what to do.

Pure: the lines of its output in, the sentence out.
"""
from __future__ import print_function

import re

CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError|certificate verify failed")
NETWORK = re.compile(r"name resolution|Name or service not known|NewConnectionError|ConnectTimeoutError"
                     r"|ReadTimeoutError|Read timed out|Connection refused|Network is unreachable"
                     r"|No route to host|ProxyError|Connection reset by peer|RemoteDisconnected")
HEADER = re.compile(r"fatal error: (\S+): No such file or directory")
TOOL = re.compile(r"(\S*pg_config|\S*_config|gcc|g\+\+|cc|cmake|pkg-config|cargo|rustc|gfortran)\S* "
                  r"(?:executable )?(?:not found|is not found|: not found|failed: No such file)")
COMMAND = re.compile(r"command '([^']+)' failed: No such file|error: can't find (Rust compiler)")


def explain(lines, python=""):
    """One sentence. `python`: the version in use, for what it does not suit."""
    lines = [_clean(line) for line in lines]
    for rule in (_disk, _invalid, _missing_file, _other_python, _conflict, _hashes,
                 _not_found, _build, _connection):
        sentence = rule(lines)
        if sentence:
            return sentence.replace("{python}", python or "this Python")
    return _last_error(lines)


def _clean(line):
    """Without colours and without the frame that pip draws around a build's output."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", line)
    return re.sub(r"^\s*[|\u2502\u2570\u256d>\u00d7]+\s?>?\s?", "", line).strip()


def _first(pattern, lines):
    for line in lines:
        found = re.search(pattern, line)
        if found:
            return found
    return None


def _last(pattern, lines):
    return _first(pattern, list(reversed(lines)))


def _disk(lines):
    if _first(r"No space left on device", lines):
        return "the disk of the engine is full; make room (`docker system df` shows what takes it) and try again"
    return None


def _invalid(lines):
    found = _first(r"Invalid requirement: (?P<what>.+)", lines)
    hint = _first(r"Hint: (?P<what>.+)", lines)
    if found:
        return "a requirement cannot be read: %s; %s" % (
            found.group("what"), hint.group("what") if hint else "mend that line")
    return None


def _missing_file(lines):
    found = _first(r"Could not open requirements file: .*'(?P<what>[^']+)'", lines)
    if found:
        return "%s does not exist; it is named by a requirements file" % found.group("what")
    found = _first(r"Invalid requirement|(?P<what>\S+) does not appear to be a Python project", lines)
    if found and found.group("what"):
        return "%s has neither setup.py nor pyproject.toml, so it cannot be installed" % found.group("what")
    return None


def _other_python(lines):
    found = _first(r"Package '?(?P<what>[^' ]+)'? requires a different Python: (?P<why>.+)", lines)
    if found:
        return ("%s does not run on this Python (%s); pin another version of it, or name a base with"
                " another release" % (found.group("what"), found.group("why")))
    return None


def _conflict(lines):
    if not _first(r"ResolutionImpossible|conflicting dependencies", lines):
        return None
    found = _first(r"Cannot install (?P<what>.+?) because these package versions", lines)
    caused = [line for line in lines if re.search(r" depends on |requested ", line)]
    what = re.sub(r"-r \S+ \((line \d+)\)", r"the requirement of \1", found.group("what")) if found else "requirements"
    return "%s contradict each other (%s); change one of the versions, or set it under `pins`" % (
        what, "; ".join(caused[:4]) or "see above")


def _hashes(lines):
    if _first(r"DO NOT MATCH THE HASHES", lines):
        found = _first(r"^(?P<what>\S+).* from \S+.*:$", lines)
        return "the download of %s is not the file that the requirements' hashes name" % (
            found.group("what") if found else "a package")
    return None


def _not_found(lines):
    found = _last(r"No matching distribution found for (?P<what>[^\s(]+)", lines)
    if not found:
        return None
    what = found.group("what")
    unreachable = _connection(lines, what)
    if unreachable:
        return unreachable
    known = _last(r"\(from versions: (?P<list>[^)]*)\)", lines)
    versions = [each.strip() for each in known.group("list").split(",")] if known else []
    if versions and versions != ["none"] and versions != [""]:
        return "%s: there is no such version for {python}; there are %s" % (what, ", ".join(versions[-5:]))
    return "%s: the package index has nothing of that name for {python}; check the spelling or pin another version" % what


def _connection(lines, what=None):
    what = what or _collecting(lines) or "the packages"
    if any(CERTIFICATE.search(line) for line in lines):
        return ("%s could not be downloaded: the index's certificate is not trusted in the container; behind"
                " a proxy that inspects TLS, name its CA bundle as `base.ca_certificates`" % what)
    if any(NETWORK.search(line) for line in lines):
        return ("%s could not be downloaded: the package index cannot be reached from the container; check"
                " the network, and http_proxy/https_proxy if there is a proxy" % what)
    return None


def _collecting(lines):
    found = _last(r"^(?:Collecting|Processing|Obtaining) (?P<what>\S+)", lines)
    return found.group("what") if found else None


def _build(lines):
    what = _building(lines)
    return "%s cannot be built: %s" % (what, _build_reason(lines)) if what else None


def _building(lines):
    """The package whose build failed; pip names it only in some of its messages."""
    for pattern in (r"Failed building wheel for (?P<what>\S+)",
                    r"Could not build wheels for (?P<what>[^\s,]+)",
                    r"Failed to build installable wheels for .*\((?P<what>[^),]+)",
                    r"Failed to build '?(?P<what>[^\s',]+)"):
        found = _first(pattern, lines)
        if found:
            return found.group("what")
    if _first(r"subprocess-exited-with-error|metadata-generation-failed|egg_info", lines):
        # The failing package is the last that was being collected before it.
        end = next(i for i, line in enumerate(lines) if re.search(
            r"subprocess-exited-with-error|metadata-generation-failed|egg_info", line))
        return _collecting(lines[:end]) or "a package"
    return None


def _build_reason(lines):
    missing = _first(HEADER, lines)
    if missing:
        return ("the header %s is missing; add the Debian package that has it to the service's"
                " `system_packages`" % missing.group(1))
    tool = _first(COMMAND, lines) or _first(TOOL, lines)
    if tool:
        return ("the program %s is missing; add the Debian package that has it to the service's"
                " `system_packages`" % (tool.group(1) or tool.group(2)))
    found = _last(r"^(?P<why>(?:\w+\.)*\w*(?:Error|Exception): .+|error: (?!subprocess|metadata|command ).+)", lines)
    why = found.group("why") if found else "its own build ended with an error, see above"
    return "%s; pin another version, or one that has a ready wheel" % why


def _last_error(lines):
    found = _last(r"^(?:ERROR|error): (?P<why>.+)", lines)
    if found:
        return found.group("why").strip()
    return lines[-1] if lines else "pip ended without a word"
