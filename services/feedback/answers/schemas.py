"""What travels of answers: the fields of a submitted page."""

from urllib.parse import parse_qsl

MOST_FIELDS = 50

FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
                "example": {"recommendation": "9", "satisfaction": "8", "comment": ""},
            }
        },
    }
}
"""How the submitted page is described in OpenAPI: one field for each question's code."""


def typed_in(body: bytes) -> dict[str, str]:
    """What was typed, by field; empty when the body is not a form that our page could have sent."""
    try:
        fields = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: text.replace("\r\n", "\n") for name, text in fields}
