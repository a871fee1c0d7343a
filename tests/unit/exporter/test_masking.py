import pytest

from promscope_exporter.masking import (
    MAX_LINE,
    MAX_TEXT,
    command_line,
    document,
    environment,
    values,
)

SECRET = "hunter2"


@pytest.mark.parametrize(
    "arguments",
    [
        ["app", f"--password={SECRET}"],
        ["app", "--password", SECRET],
        ["app", f"--db-password={SECRET}", "--verbose"],
        ["app", "--api_key", SECRET],
        ["app", f"-Dspring.datasource.password={SECRET}"],
        ["env", f"DB_PASSWORD={SECRET}", "app"],
        ["sh", "-c", f"PGPASSWORD={SECRET} psql"],
        ["sh", "-c", f"mysql --password {SECRET} -h db"],
        ["curl", f"https://user:{SECRET}@example.org/path"],
        ["curl", f"https://example.org/?a=1&access_token={SECRET}&b=2"],
        ["curl", "-H", f"Authorization: Bearer {SECRET}"],
        ["curl", "-u", f"user:{SECRET}", "https://example.org"],
        ["mysql", f"-p{SECRET}", "-h", "db"],
        ["/usr/bin/redis-cli", "-a", SECRET, "ping"],
        ["sshpass", "-p", SECRET, "ssh", "host"],
        ["app", f"--client-secret={SECRET}"],
        ["app", f"redis://:{SECRET}@cache:6379/0"],
        ["app", f"token: {SECRET}"],
        ["sh", "-c", f"exec mysql -h db -p{SECRET} | tee"],
        ["sh", "-c", f"/usr/bin/redis-cli -a {SECRET} ping"],
    ],
)
def test_secrets_do_not_leave(arguments):
    line = command_line(arguments)
    assert SECRET not in line
    assert "***" in line
    assert line.startswith(arguments[0])


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a" * 36,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    ],
)
def test_known_kinds_of_keys(secret):
    assert command_line(["app", secret, f"x={secret}"]) == "app *** x=***"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nginx:", "worker", "process"],
        ["passwd", "root"],
        ["app", "--password-file=/run/secrets/db"],
        ["app", "--api.secret-file", "/run/x"],
        ["ls", "compass=north"],
        ["app", "--port=80", "http://example.org:8080/path?page=1"],
        ["mysqld", "-port"],
        [],
    ],
)
def test_the_rest_stays(arguments):
    assert command_line(arguments) == " ".join(arguments)


def test_an_option_behind_a_secret_option_is_no_secret():
    assert command_line(["app", "--token", "--port", "80"]) == "app --token --port 80"


def test_of_the_environment_only_names_are_told():
    assert environment([f"A={SECRET}", "EMPTY=", "NONE", f"{'B'}=x={SECRET}"]) == {
        "A": "***", "EMPTY": "", "NONE": "", "B": "***",
    }  # fmt: skip


def test_labels_named_like_a_secret_lose_their_value():
    told = values({
        "db.password": SECRET, "api-token": SECRET, "password_file": "/run/secrets/p",
        "com.docker.compose.config-hash": "abc", "url": f"https://u:{SECRET}@host/",
        "empty.secret": "",
    })  # fmt: skip
    assert SECRET not in str(told)
    assert told["password_file"] == "/run/secrets/p"
    assert told["com.docker.compose.config-hash"] == "abc"
    assert told["empty.secret"] == ""


def test_a_whole_inspection_has_no_secret_d1():
    told = document({
        "Id": "a", "Path": "mysql", "Args": ["--host", "db", f"--password={SECRET}"],
        "Config": {
            "Env": [f"PASSWORD={SECRET}", "PATH=/bin", 7],
            "Cmd": ["mysql", f"-p{SECRET}"],
            "Entrypoint": None,
            "Labels": {"traefik.auth.password": SECRET, "url": f"http://a:{SECRET}@b"},
            "Healthcheck": {"Test": ["CMD-SHELL", f"mysqladmin --password {SECRET} ping"]},
        },
        "HostConfig": {
            "LogConfig": {"Config": {"splunk-token": SECRET}},
            "Binds": ["/srv:/srv"],
            "PortBindings": {"80/tcp": [{"HostPort": "8080"}]},
        },
        "RestartCount": 3,
    })  # fmt: skip
    assert SECRET not in str(told)
    assert told["Config"]["Env"] == ["PASSWORD=***", "PATH=***"]
    assert told["Args"][:2] == ["--host", "db"]
    assert told["HostConfig"]["Binds"] == ["/srv:/srv"]
    assert told["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostPort": "8080"}]}
    assert (told["RestartCount"], told["Config"]["Entrypoint"]) == (3, None)


def test_what_is_long_is_cut_before_anything_looks_into_it():
    assert len(command_line(["x", "secret_" * 100_000])) == 2 + MAX_TEXT
    assert len(command_line(["mysql "] * 100_000)) == MAX_LINE
    assert command_line(["x", f"{'y' * 5000} --password={SECRET}"]).endswith("y…")
    assert len(values({"a": "z" * 5000})["a"]) == MAX_TEXT
