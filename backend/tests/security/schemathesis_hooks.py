"""How schemathesis signs in: as a new superuser every few seconds, since what it tries may well take
away the rights, the password or the session of the one it is."""
import itertools
import os
import subprocess

import requests
import schemathesis

NUMBERS = itertools.count(1)
PASSWORD = "granite-Teapot 47 umbrella"


@schemathesis.auth(refresh_interval=10)
class SignedIn:
    def get(self, case, context):
        name = f"tester-{next(NUMBERS)}"
        command = [os.environ["SERVER_PROGRAM"], "createsuperuser", "--username", name, "--password-stdin"]
        subprocess.run(command, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
        body = {"username": name, "password": PASSWORD}
        answer = requests.post(os.environ["SERVER_URL"] + "/api/auth/login", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"
