"""The command line of a service, from its arguments to its exit code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from promscope_wire.options import InvalidOption, Option, Resolved, boolean
from promscope_wire.service import Service


class CannotStart(Exception):
    pass


@dataclass(frozen=True)
class Settings:
    port: int
    log_format: str = "logfmt"
    log_level: str = "info"


def settings(resolved: Resolved) -> Settings:
    if resolved["port"] == 0:
        raise InvalidOption("port: choose one above 0")
    return Settings(resolved["port"])


class Program:
    """What was run, and what running raises."""

    def __init__(self) -> None:
        self.ran: list[Settings] = []
        self.error: Exception | None = None

    def run(self, chosen: Settings) -> None:
        self.ran.append(chosen)
        if self.error:
            raise self.error

    def main(self, *arguments: str) -> int:
        options = (
            Option("port", 80, "Where it listens.", int),
            Option("loud", False, "Whether it is heard.", boolean),
        )
        refusals = (CannotStart,)
        made = Service("thing", "1.2", "It does.", options, settings, self.run, refusals)
        return made.main(arguments)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--prot=81", "did you mean --port?"),
        ("--por=81", "did you mean --port?"),
        ("--zzz", "unknown argument --zzz"),
        ("--loud=true", "--loud takes no value; write --loud or --no-loud"),
        ("check", "check-config"),
        ("--port", "expected one argument"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_one_line(
    program: Program, capsys: pytest.CaptureFixture[str], argument: str, said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(argument)
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert printed.startswith("thing: ")
    assert said in printed
    assert printed.count("\n") == 1


@pytest.fixture
def program() -> Program:
    return Program()


def test_it_runs_with_its_settings(program: Program) -> None:
    assert program.main("--port", "81") == 0
    assert program.ran == [Settings(81)]


def test_a_reason_not_to_start_is_said_and_1(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    program.error = CannotStart("the port is taken")
    assert program.main() == 1
    assert capsys.readouterr().err == "thing: the port is taken\n"


def test_a_defect_is_not_hidden(program: Program) -> None:
    program.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        program.main()


@pytest.mark.parametrize("port", ["0", "many"])
def test_settings_that_cannot_be_used_are_2(
    program: Program, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    assert program.main("--port", port) == 2
    assert "port" in capsys.readouterr().err
    assert not program.ran


def test_check_config_prints_and_runs_nothing(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main("check-config", "--port", "81") == 0
    assert capsys.readouterr().out.startswith("port: 81  #")
    assert not program.ran


def test_version(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("thing 1.2 (Python 3")
