import re
import textwrap

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.filter
def body_html(text):
    """The body of a post: paragraphs between blank lines, and code that is indented by four spaces."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n"))
    return format_html_join("\n", "{}", ((_block_html(block),) for block in blocks if block.strip()))


def _block_html(block):
    if all(line.startswith("    ") for line in block.split("\n")):
        return format_html("<pre><code>{}</code></pre>", textwrap.dedent(block))
    return format_html("<p>{}</p>", block.strip())
