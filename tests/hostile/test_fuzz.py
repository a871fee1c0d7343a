"""X: thirty seconds of `make fuzz`, with the same seed each time: new ones are for `make fuzz`."""

import subprocess
import sys


def test_no_input_makes_a_parser_raise_what_it_must_not(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--seconds=30", "--seed=1", f"--cases={tmp_path}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("no crash") == 5, done.stdout
