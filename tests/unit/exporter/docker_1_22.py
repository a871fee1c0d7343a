"""Answers of Docker Engine 1.10 and 1.11, whose API is 1.22.

Written from "Docker Remote API v1.22" (docker/docker, docs/reference/api/
docker_remote_api_v1.22.md); each names its section. What later versions added is absent here:
`Api-Version` of a ping, `State` in the list, `Type` of a mount, `NanoCpus`, `PidsLimit`,
`Health`, and the `sha256:` in front of the id of an image.
"""

import json

ID = "ede54ee1afda" + "3" * 52
OTHER_ID = "8dfafdbc3a40" + "5" * 52
NETWORK_ID = "7dc8ac97d5d2" + "9" * 52


def http(body, *fields):
    head = "\r\n".join(("HTTP/1.1 200 OK", *fields, f"Content-Length: {len(body)}"))
    return f"{head}\r\n\r\n".encode() + body


#: Section 2.3 Misc, "Ping the docker server".
PING = http(b"OK", "Content-Type: text/plain")


def inspected(container_id=ID, pid=4242):
    """Section 2.1 Containers, "Inspect a container"."""
    return {
        "AppArmorProfile": "",
        "Args": ["-c", "exec serve"],
        "Config": {
            "Cmd": ["/bin/sh", "-c", "exec serve"],
            "Entrypoint": None,
            "Env": ["PATH=/usr/bin", "PASSWORD=hunter2"],
            "ExposedPorts": {"22/tcp": {}},
            "Hostname": container_id[:12],
            "Image": "alpine",
            "Labels": {"com.example.vendor": "Acme"},
            "Volumes": {"/data": {}},
            "StopSignal": "SIGTERM",
        },
        "Created": "2016-04-29T15:18:21.381709551Z",
        "Driver": "devicemapper",
        "HostConfig": {
            "Binds": None,
            "CpuShares": 0,
            "CpuPeriod": 100000,
            "CpuQuota": 50000,
            "LxcConf": [],
            "Memory": 67108864,
            "NetworkMode": "bridge",
            "PortBindings": {"22/tcp": [{"HostIp": "", "HostPort": "11022"}]},
            "RestartPolicy": {"MaximumRetryCount": 2, "Name": "on-failure"},
        },
        "Id": container_id,
        "Image": "04c5d3b7b065" + "6" * 52,
        "Name": "/my-container",
        "NetworkSettings": {
            "Ports": {"22/tcp": [{"HostIp": "0.0.0.0", "HostPort": "11022"}]},
            "SecondaryIPAddresses": None,
            "Networks": {
                "bridge": {
                    "NetworkID": NETWORK_ID,
                    "Gateway": "172.17.0.1",
                    "IPAddress": "172.17.0.2",
                    "IPPrefixLen": 16,
                    "GlobalIPv6Address": "",
                    "MacAddress": "02:42:ac:12:00:02",
                }
            },
        },
        "Path": "/bin/sh",
        "RestartCount": 1,
        "State": {
            "Error": "",
            "ExitCode": 0,
            "FinishedAt": "0001-01-01T00:00:00Z",
            "OOMKilled": False,
            "Dead": False,
            "Paused": False,
            "Pid": pid,
            "Restarting": False,
            "Running": True,
            "StartedAt": "2016-04-29T15:18:21.607533796Z",
            "Status": "running",
        },
        "Mounts": [
            {
                "Name": "fac362",
                "Source": "/var/lib/docker/volumes/fac362/_data",
                "Destination": "/data",
                "Driver": "local",
                "Mode": "ro,Z",
                "RW": False,
                "Propagation": "",
            },
            {"Source": "/srv", "Destination": "/srv", "Mode": "", "RW": True},
        ],
    }


def listed(container_id=ID, status="Up 2 hours"):
    """Section 2.1 Containers, "List containers"."""
    return {
        "Id": container_id,
        "Names": ["/my-container"],
        "Image": "alpine",
        "ImageID": "04c5d3b7b065" + "6" * 52,
        "Command": "/bin/sh -c 'exec serve'",
        "Created": 1461943101,
        "Status": status,
        "Ports": [{"PrivatePort": 22, "PublicPort": 11022, "Type": "tcp"}],
        "Labels": {"com.example.vendor": "Acme"},
        "SizeRw": 12288,
        "SizeRootFs": 0,
        "HostConfig": {"NetworkMode": "default"},
    }


def event(action, container_id=ID):
    """Section 2.3 Misc, "Monitor Docker's events"."""
    return json.dumps(
        {
            "status": action,
            "id": container_id,
            "from": "alpine",
            "Type": "container",
            "Action": action,
            "Actor": {
                "ID": container_id,
                "Attributes": {
                    "com.example.vendor": "Acme",
                    "image": "alpine",
                    "name": "my-container",
                },
            },
            "time": 1461943101,
            "timeNano": 1461943101381709551,
        }
    ).encode()
