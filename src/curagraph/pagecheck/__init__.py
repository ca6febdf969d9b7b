"""What is wrong with the JSON-LD of web pages, our own or anybody's: named checks, each with a sentence for an editor.

folder ──html──▶ page, visible ──jsontext──▶ values ──context, nodes──▶ nodes ──checks──▶ problems ──▶ findings

`checks` is the table of all checks. The rules are in `syntax`, `structure`, `house`, `visibility`, `dates`,
`breadcrumbs`, `google`, `vocabularyuse` and `subset`; what schema.org says is in `schemaorg`.
"""
