"""The one image of the shop, made from this machine's own files: no registry is needed.

It holds a shell (busybox), the Python that runs this with the few modules service.py imports,
and redis-server with the libraries they ask for.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

from demo import engine
from demo.plan import HERE
from stack import debian
from stack.refusal import Refusal

_SERVICE = HERE / "container" / "service.py"
_REDIS_PACKAGES = ("redis-server", "redis-tools", "libjemalloc2", "liblzf1", "libatomic1")
_LIST_MODULES = """
import encodings.idna, json, sys
sys.path.append(sys.argv[1])
import service
files = [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
print(json.dumps({"home": sys.base_prefix, "files": files}))
"""


def make(unpacked: Path) -> str:
    """The name of the image; it is imported if the engine does not have it yet.

    `unpacked`: where packages go that this machine lacks. Raises Refusal with the remedy.
    """
    python = Path(sys.executable).resolve()
    listed = subprocess.run(
        [str(python), "-I", "-S", "-B", "-c", _LIST_MODULES, str(_SERVICE.parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = json.loads(listed.stdout)
    busybox = _program("busybox", ("busybox-static",), unpacked)
    programs = {"/usr/bin/python3": python, "/bin/busybox": busybox}
    for name in ("redis-server", "redis-cli"):
        programs[f"/usr/bin/{name}"] = _program(name, _REDIS_PACKAGES, unpacked)
    files = {name: file.resolve() for name, file in programs.items()}
    files["/shop/service.py"] = _SERVICE
    extensions = [Path(file) for file in modules["files"]]
    files |= {str(file): file for file in extensions}
    native = [*programs.values(), *(file for file in extensions if file.suffix == ".so")]
    files |= _libraries(native, unpacked)
    name = f"promscope-demo:{_fingerprint(files)}"
    if not engine.has_image(name):
        _import(name, files, _applets(busybox), modules["home"])
    return name


def _program(name: str, packages: tuple[str, ...], unpacked: Path) -> Path:
    found = shutil.which(name)
    if found:
        return Path(found)
    for attempt in (False, True):
        if attempt and not debian.unpack(packages, unpacked):
            break
        for folder in ("usr/bin", "bin"):
            if (unpacked / folder / name).exists():
                return unpacked / folder / name
    raise Refusal(
        f"{name} is not here and its package could not be downloaded."
        f" On Debian and Ubuntu: sudo apt install {packages[0]}"
    )


def _libraries(native: Iterable[Path], unpacked: Path) -> dict[str, Path]:
    """Where each library has to be in the image → the file, loader included.

    Raises Refusal if one is missing.
    """
    found: dict[str, Path] = {}
    folders = ":".join(str(folder) for folder in unpacked.glob("usr/lib/*-linux-gnu"))
    for file in native:
        listed = subprocess.run(
            ["ldd", str(file)],
            env={"LD_LIBRARY_PATH": folders, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        lost = re.findall(r"(\S+) => not found", listed.stdout)
        if lost:
            raise Refusal(
                f"{file.name} needs {', '.join(lost)}, which this machine lacks."
                " On Debian and Ubuntu: sudo apt install busybox-static redis-server"
            )
        for path in re.findall(r"(?:=> |^\s)(/\S+) \(", listed.stdout, re.M):
            place = path.removeprefix(str(unpacked)) if path.startswith(str(unpacked)) else path
            found[place] = Path(path).resolve()
    return found


def _applets(busybox: Path) -> list[str]:
    listed = subprocess.run([str(busybox), "--list"], capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split() if name != "busybox"]


def _fingerprint(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for place, file in sorted(files.items()):
        status = file.stat()
        digest.update(f"{place}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:12]


def _import(name: str, files: dict[str, Path], applets: list[str], home: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for place, file in sorted(files.items()):
            entry = archive.gettarinfo(str(file), arcname=place.lstrip("/"))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            with file.open("rb") as content:
                archive.addfile(entry, content)
        for applet in applets:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname, link.mode = tarfile.SYMTYPE, "/bin/busybox", 0o777
            archive.addfile(link)
        for folder, mode in (("tmp", 0o1777), ("data", 0o755)):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            archive.addfile(entry)
    engine.import_image(
        name,
        buffer.getvalue(),
        (
            f"ENV PYTHONHOME={home} PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:/bin",
            'CMD ["/usr/bin/python3", "-S", "/shop/service.py"]',
        ),
    )
