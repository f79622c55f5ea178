"""The ``planloop`` command."""

from __future__ import annotations

import click

from planloop.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    verbs={
        "plan": ("planloop.cli.main:plan", "Read a plan and say what is in it. 读取规划"),
        "scheme": ("planloop.cli.main:scheme", "Make and verify schemes. 编制与复核方案"),
        "conformity": (
            "planloop.cli.main:conformity",
            "Check sector plans and sites against a plan. 符合性检查",
        ),
        "demo": ("planloop.cli.demo:demo", "Build the demo city and maintain it. 演示城市"),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="planloop")
def main() -> None:
    """Keep a city's territorial spatial plan alive. 国土空间总体规划动态维护."""


@click.group(
    cls=LazyGroup,
    verbs={
        "info": ("planloop.cli.plan_info:info", "Read the inputs and list the layers. 图层清单"),
    },
)
def plan() -> None:
    """Read a plan and say what is in it. 读取规划."""


@click.group(
    cls=LazyGroup,
    verbs={
        "run": ("planloop.cli.scheme_run:run", "Make a scheme and prove it. 编制并证明方案"),
        "alternatives": (
            "planloop.cli.scheme_alternatives:alternatives",
            "Compare the best plans there are. 方案比选",
        ),
        "verify": ("planloop.cli.scheme_verify:verify", "Re-prove a scheme from its files. 复核"),
        "diff": ("planloop.cli.scheme_diff:diff", "Compare two written schemes. 方案对比"),
        "settings": ("planloop.cli.scheme_settings:settings", "JSON Schema of scheme.toml. 设置"),
    },
)
def scheme() -> None:
    """Make and verify maintenance schemes. 编制与复核动态维护方案."""


@click.group(
    cls=LazyGroup,
    verbs={
        "check": (
            "planloop.cli.conformity_check:check",
            "Check the sites of a file against a plan. 专项规划与选址检查",
        ),
        "projects": (
            "planloop.cli.conformity_projects:projects",
            "Check the plan's own project list. 项目清单检查",
        ),
        "template": (
            "planloop.cli.conformity_template:template",
            "Write an empty project list to fill in. 项目清单模板",
        ),
    },
)
def conformity() -> None:
    """Check sector plans and sites against a plan. 专项规划和项目选址的符合性检查."""
