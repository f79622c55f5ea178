"""``planloop scheme settings``."""

from __future__ import annotations

import json

import click


@click.command("settings")
def settings() -> None:
    """Print the JSON Schema of scheme.toml: every setting, its meaning, its default. 设置说明."""
    from planloop.plan.settings import SchemeSettings  # noqa: PLC0415  # keeps help instant

    schema = SchemeSettings.model_json_schema()
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
