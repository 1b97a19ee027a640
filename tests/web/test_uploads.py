"""What is sent as a file: limited by size and kind, its name never used, nothing of this machine opened."""

from __future__ import annotations

import io
import zipfile

import pytest

MIB = 1024 * 1024


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("case.yaml", b"0" * 8 * MIB)
    return held.getvalue()


FOREIGN = {
    "a_program": ("case.exe", b"MZ", 415), "no_kind": ("case", b"id: x", 415), "a_page": ("case.yaml.html", b"<script>", 415),
    "over_the_limit": ("case.yaml", b"#" * (MIB + 1), 413), "far_over_the_limit": ("case.yaml", b"#" * 3 * MIB, 413),
    "an_archive_named_yaml": ("case.yaml", zipped(), 422), "an_archive": ("case.zip", zipped(), 415),
    "bytes_of_nothing": ("case.yaml", b"\x00" * 64, 422), "not_utf8": ("case.json", b"\xff\xfe\x00", 422),
    "a_list": ("case.json", b"[1, 2]", 422), "empty": ("case.yaml", b"", 422), "deep": ("case.json", b"[" * 50_000, 422),
    "aliases": ("case.yaml", b"id: &a [x]\nextent: [*a, *a, *a]\n", 422),
    "a_tag": ("case.yaml", b"id: !!python/object/apply:os.system ['true']\n", 422),
    "an_xml": ("case.yaml", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>", 422),
    "the_path_of_a_scan": ("case.yaml", b"id: x\nmeasurements: {scan_path: /etc}\n", 422),
    "the_path_of_a_region": ("case.yaml", b"id: x\nmeasurements: {scan_regions: [{region: liver, path: /etc/passwd}]}\n", 422),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_large_or_foreign_upload_is_refused(site, name):
    file, data, status = FOREIGN[name]
    sent = site.ada.post("/cases/import", {"label": "x"}, files={"file": (file, data)})
    assert sent.status_code == status, sent.text[:300]
    assert "Traceback" not in sent.text and "/etc/passwd" not in sent.text.replace("&#39;", "'")
    assert site.record.cases.list(site.ada.person) == ()


def test_a_case_that_names_files_says_where_they_are_read(site):
    sent = site.ada.post("/cases/import", files={"file": ("case.yaml", FOREIGN["the_path_of_a_scan"][1])})
    assert "measurements.scan_path" in sent.text
    assert "only islet quantify on the command line reads files" in sent.text


@pytest.mark.parametrize("name", ["../../../tmp/{}.yaml", "/etc/{}.yaml", "{}\x00.yaml", "C:\\{}.yaml", "{}\r\nSet-Cookie: a=b.yaml"])
def test_the_name_of_a_file_is_used_for_nothing(site, name, tmp_path):
    named = name.format("canary-of-a-name")
    sent = site.ada.post("/cases/import", files={"file": (named, b"extent: {size_mm: 12}\n")})
    assert sent.status_code in (303, 400, 415)
    assert "canary-of-a-name" not in str(sent.headers)
    for listed in site.record.cases.list(site.ada.person):
        assert "canary-of-a-name" not in listed.label
        assert b"canary-of-a-name" not in site.record.cases.read(listed.case, site.ada.person).document
    assert not list(tmp_path.rglob("*canary-of-a-name*"))


def test_a_body_that_does_not_say_its_size_is_counted(site):
    def endless():
        for _ in range(64):
            yield b"x" * 65_536

    sent = site.ada.client.post("/cases/import", content=endless(), headers={"content-type": "multipart/form-data; boundary=b"})
    assert sent.status_code == 413


@pytest.mark.parametrize("told", ["-1", "many", "9" * 30])
def test_a_size_that_is_none_is_refused(site, told):
    assert site.ada.client.post("/cases", content=b"x", headers={"content-length": told}).status_code in (400, 413)


def test_a_form_with_a_file_or_too_many_fields_is_refused(site):
    case = site.ada.begin()
    assert site.ada.post(f"/cases/{case}", {"case": case}, files={"extra": ("x.yaml", b"x")}).status_code in (400, 413)
    many = {"case": case, **{f"field{number}": "x" for number in range(2_100)}}
    assert site.ada.post(f"/cases/{case}/plan", many).status_code in (400, 413)
    assert site.ada.post(f"/cases/{case}/plan", {"case": case, "extent.size_mm": "1" * 2_000}).status_code == 413
