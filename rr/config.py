"""Settings: environment variables that begin with RR_, typed, with defaults that run."""

import os
import secrets
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"


class Settings(BaseSettings):
    """One attribute for each variable; `RR_DATABASE_URL` is `database_url`."""

    model_config = SettingsConfigDict(env_prefix="RR_")

    database_url: str = f"sqlite:///{DATA / 'rr.db'}"
    base_url: str = "http://localhost:8501"
    demo: bool = False
    secret_key: str = ""
    jobs: bool = True

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https:")

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one, which upgrades itself at the start."""
        return self.database_url.startswith("sqlite")


@cache
def settings() -> Settings:
    """The settings, read once. Refuses an unknown RR_ name by name, so that a slip of the pen never runs unnoticed."""
    known = {f"RR_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("RR_") and name.upper() not in known)
    if unknown:
        raise SystemExit(f"Unknown setting: {', '.join(unknown)}. Known are: {', '.join(sorted(known))}.")
    chosen = Settings()
    if chosen.https and not chosen.secret_key:
        raise SystemExit("RR_SECRET_KEY must be set when RR_BASE_URL is https. Any long random text will do.")
    return chosen


@cache
def secret_key() -> bytes:
    """What our own tokens are signed with: the setting, else made and kept beside the data at the first start."""
    if settings().secret_key:
        return settings().secret_key.encode()
    kept = DATA / "secret_key"
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_bytes().strip()


def check_demo(listens_on: str) -> None:
    """Refuse demo accounts on a server that others can reach: anybody could sign in as anyone."""
    if not settings().demo:
        return
    if not is_loopback(listens_on) or not is_loopback(urlsplit(settings().base_url).hostname or ""):
        raise SystemExit("RR_DEMO=1 lets anybody sign in as anyone: the server must listen on loopback only (--server.address=localhost).")


def is_loopback(host: str) -> bool:
    """Whether a name or an address, without brackets, is this machine's own and reached by nobody else."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
