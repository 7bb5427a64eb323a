"""The checks of `make check` themselves: each fault is found, and what is right passes."""

from pathlib import Path

import pytest

from tests import check_templates, check_translations

HEADER = """msgid ""
msgstr ""
"Language: uk\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && n%100/10!=1 ? 1 : 2);\\n"
"""
FILES = '\n#, python-format\nmsgid "%(count)s file"\nmsgid_plural "%(count)s files"\nmsgstr[0] "%(count)s файл"\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "uk" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def found(path: Path, text: str, language: str = "uk") -> list[str]:
    path.write_text(HEADER.replace("uk", language, 1) + text, encoding="utf-8")
    path.with_suffix(".mo").write_bytes(check_translations.compiled(check_translations.read(path)))
    return check_translations.faults(path)


def test_a_whole_catalogue_passes(catalogue: Path) -> None:
    plurals = 'msgstr[1] "%(count)s файли"\nmsgstr[2] "%(count)s файлів"\n'
    assert found(catalogue, f'\nmsgid "Send"\nmsgstr "Надіслати"\n{FILES}{plurals}') == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('\nmsgid "Send"\nmsgstr ""\n', "no translation: 'Send'"),
        ('\n#, fuzzy\nmsgid "Send"\nmsgstr "Файл"\n', "fuzzy: 'Send'"),
        (f'{FILES}msgstr[1] "%(count)s файли"\nmsgstr[2] ""\n', "no translation"),
        (f'{FILES}msgstr[1] "%(count)s файли"\n', "no translation"),
        ('\n#, python-format\nmsgid "Until %(date)s"\nmsgstr "До %(day)s"\n', "other placeholders: 'Until %(date)s'"),
        ('\nmsgid "Send"\nmsgstr "Надіслати"\n\n#~ msgid "Old"\n#~ msgstr "Старе"\n', "obsolete text left: 'Old'"),
    ],
)
def test_a_fault_is_found(catalogue: Path, text: str, fault: str) -> None:
    assert any(fault in line for line in found(catalogue, text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Que faire\u00a0?", True),
        ("Que faire\u202f?", True),
        ("Que faire ?", False),
        ("Que faire?", False),
        ("Fichier\u00a0: %(name)s\u00a0; <b>Lieu\u00a0:</b>", True),
        ("Fichier\u00a0: <b>Lieu :</b>", False),
        ("« %(name)s »", False),
        ('«\u00a0%(name)s: \u00a0» à 10:30, <a href=\\"%(form)s?topic=other\\">lang:uk</a>', False),
        ('«\u00a0%(name)s:\u00a0» à 10:30, <a href=\\"%(form)s?topic=other\\">lang:uk</a>', True),
        ("%(name)s : %(form)s", False),
    ],
)
def test_french_marks_have_a_space_that_does_not_break(catalogue: Path, text: str, right: bool) -> None:
    french = catalogue.parents[2] / "fr" / "LC_MESSAGES" / catalogue.name
    french.parent.mkdir(parents=True)
    lines = found(french, f'\nmsgid "{text}"\nmsgstr "{text}"\n', "fr")
    assert any("does not break" in line for line in lines) is not right


def test_a_compiled_catalogue_that_is_older_is_found(catalogue: Path) -> None:
    found(catalogue, '\nmsgid "Send"\nmsgstr "Надіслати"\n')
    catalogue.write_text(HEADER + '\nmsgid "Send"\nmsgstr "Відправити"\n', encoding="utf-8")

    assert any("is not this file compiled" in line for line in check_translations.faults(catalogue))


def test_a_missing_catalogue_says_what_to_run(catalogue: Path) -> None:
    assert check_translations.faults(catalogue) == ["django.po: missing; run make messages"]


def test_every_template_compiles() -> None:
    assert all(check_templates.template_names(kind) for kind in check_templates.KINDS)
    assert check_templates.faults() == []
