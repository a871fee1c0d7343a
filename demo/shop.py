"""The shop put up and taken down."""

from __future__ import annotations

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from demo import engine, image, outside
from demo.engine import docker
from demo.plan import Plan, Service, load, project
from stack.places import State
from stack.refusal import Refusal
from stack.terminal import say, step

_AT_ONCE = 4
_REDIS = ("/usr/bin/redis-server", "--save", "", "--dir", "/data", "--protected-mode", "no")


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop: `project` is its main docker-compose project and begins all of its names."""

    project: str
    port: int

    def up(self) -> None:
        """Put it up anew. Raises Refusal with the remedy."""
        engine.check()
        self.down()
        plan = load()
        with step("the image, from this machine's own python3, busybox and redis-server"):
            name = image.make(State.of().folder.resolve() / "demo-packages")
        networks = self._networks(plan)
        addresses = {"published": (networks["front"]["Gateway"], self.port)}
        if outside.up(self.project, [network["Subnet"] for network in networks.values()]):
            addresses["outside"] = (outside.ADDRESS, outside.PORT)
        containers = plan.containers(self.project)
        with step(f"{len(containers)} containers"):
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                made = [
                    pool.submit(self._create, name, container, service, plan, addresses)
                    for container, service in containers.items()
                ]
                for one in made:
                    one.result()
            docker("start", *containers)
            paused = [one for one, service in containers.items() if service.state == "paused"]
            docker("pause", *paused)

    def down(self) -> None:
        """Remove all of it; nothing to remove is fine too.

        Raises Refusal if the engine fails, or if what needed root to make needs it to go.
        """
        engine.check()
        containers = engine.containers(self.project)
        if containers:
            with step(f"removing {len(containers)} containers"):
                # one by one: an engine that loses several at once may keep their network for good
                for container in containers:
                    docker("rm", "-f", "-v", container)
        networks = engine.networks(self.project)
        if networks:
            docker("network", "rm", *networks)
        if not outside.down(self.project):
            raise Refusal("The server outside is left. To remove it: sudo make demo-stop")

    def status(self) -> bool:
        """Print every container of the plan and its state; true if all are as planned."""
        engine.check()
        found = engine.containers(self.project)
        planned = load().containers(self.project)
        right = True
        for container, service in planned.items():
            words = found.get(container, "missing")
            expected = _expected(service, words)
            right = right and expected
            say(f"{' ' if expected else '!'} {container:<32} {words}")
        say("As planned." if right else "Not as planned (!); make demo puts it up anew.")
        return right

    def forget_image(self) -> None:
        """Remove the image, unless another shop runs from it."""
        for name in engine.images():
            with contextlib.suppress(Refusal):
                docker("rmi", name)

    def _networks(self, plan: Plan) -> dict[str, dict[str, str]]:
        """Make them; returns `Subnet` and `Gateway` (the host's own address) of each."""
        made = {}
        for network in plan.networks:
            name = f"{self.project}_{network}"
            compose = ("--label", f"com.docker.compose.project={self.project}")
            docker("network", "create", *engine.labels(self.project), *compose, name)
            found = engine.inspect(name)[0]
            made[network] = found["IPAM"]["Config"][0]
        return made

    def _create(
        self,
        image_name: str,
        container: str,
        service: Service,
        plan: Plan,
        addresses: dict[str, tuple[str, int]],
    ) -> None:
        first, *others = (f"{self.project}_{network}" for network in service.networks)
        published = []
        if service.published:
            for address in ("127.0.0.1", addresses["published"][0]):
                published += ["-p", f"{address}:{self.port}:{service.published}"]
        host, port = addresses["published"]
        labels = {
            "project": project(self.project, service),
            "service": service.name,
            "container-number": container.rpartition("-")[2],
            "oneoff": "False",
        }
        options = [f"--label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        docker(
            *("create", "--name", container, "--hostname", service.name, "--init"),
            *("--network", first, "--network-alias", service.name, *engine.labels(self.project)),
            *("-e", f"SHOP={plan.orders(service, addresses)}", "-e", f"PUBLISHED={host}:{port}"),
            *("--log-opt", "max-size=2m", *options, *published, *service.options),
            *(image_name, *_command(service)),
        )
        for network in others:
            docker("network", "connect", "--alias", service.name, network, container)


def _command(service: Service) -> tuple[str, ...]:
    if service.command:
        return ("/bin/sh", "-c", service.command)
    return _REDIS if service.is_redis else ()


def _expected(service: Service, words: str) -> bool:
    """Whether `docker ps` says of a container what the plan says."""
    if service.state == "exited":
        return words.startswith(f"Exited ({service.exit})")
    if service.state == "paused":
        return words.endswith("(Paused)")
    health = re.search(r"\((healthy|unhealthy|Paused|health: starting)\)$", words)
    return words.startswith("Up ") and (health[1] if health else "") == service.health


def describe(shop: Shop) -> None:
    """Say what there is to see and how to be rid of it."""
    say(f"The shop is open: http://127.0.0.1:{shop.port}/ is its gateway.")
    say("`make run` shows it on the map; `make demo-stop` removes it.")
