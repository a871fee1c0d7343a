from promscope_exporter.commands import MAX_PER_CONTAINER, MAX_PER_HOST, OTHER, Commands

WEB, HOST = "container:4f1c2a9b7d3e", "host:6ca545a05b0d478e"


def test_first_16_of_a_container_stay_and_the_rest_is_other():
    commands = Commands()
    names = [f"worker-{number}" for number in range(MAX_PER_CONTAINER)]
    assert [commands.admit(WEB, name) for name in names] == names
    assert commands.admit(WEB, "late") == OTHER
    assert [commands.admit(WEB, name) for name in names] == names


def test_first_64_of_a_host():
    commands = Commands()
    for number in range(MAX_PER_HOST):
        assert commands.admit(HOST, str(number)) == str(number)
    assert commands.admit(HOST, "late") == OTHER


def test_owners_do_not_share_their_budget():
    commands = Commands()
    for number in range(MAX_PER_CONTAINER + 1):
        commands.admit(WEB, str(number))
    assert commands.admit("container:000000000000", "late") == "late"


def test_names_are_cut_at_32_bytes():
    commands = Commands()
    assert commands.admit(WEB, "x" * 40) == "x" * 32
    assert len(commands.admit(WEB, "é" * 40).encode()) <= 32


def test_bytes_that_are_not_text_show_however_they_come():
    commands = Commands()
    assert commands.admit(WEB, "a\udcffb") == r"a\xffb"
    assert commands.admit(WEB, "\ud800") == r"\xed\xa0\x80"


def test_empty_name_is_other():
    assert Commands().admit(WEB, "") == OTHER


def test_an_owner_that_is_gone_is_forgotten():
    commands = Commands()
    for number in range(MAX_PER_CONTAINER):
        commands.admit(WEB, str(number))
    commands.forget(WEB)
    assert commands.admit(WEB, "late") == "late"
