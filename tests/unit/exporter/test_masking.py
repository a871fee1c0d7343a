import pytest

from promscope_exporter.masking import command_line

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
