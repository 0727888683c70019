"""Settings in the Parameter Store, each parameter as the lines of a .env file."""

from typing import Any


def lines(store: Any, name: str) -> dict[str, str]:
    """The parameter's lines, as they are; none if it is not there."""
    try:
        text = store.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except store.exceptions.ParameterNotFound:
        return {}
    return {each.partition("=")[0]: each.partition("=")[2] for each in text.splitlines() if "=" in each}


def put(store: Any, name: str, changes: dict[str, str | None]) -> None:
    """Set these lines, take away those that are None, and keep the others."""
    now = lines(store, name)
    then = {key: value for key, value in (now | changes).items() if value is not None}
    if then != now:
        text = "\n".join(f"{key}={value}" for key, value in then.items())
        store.put_parameter(Name=name, Value=text, Type="SecureString", Overwrite=True)
