"""Documents made for the tests: the smallest files of their kinds that are whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime


def pdf(pages: Sequence[Sequence[str]], title: str = "", author: str = "", text: bool = True) -> bytes:
    """A PDF of lines of Latin-1 text; text=False: pages without a text layer."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    font = 3 + 2 * len(pages)
    for lines in pages:
        shown = " ".join(f"({line.replace('(', '[').replace(')', ']')}) Tj T*" for line in lines) if text else ""
        stream = f"BT /F1 11 Tf 50 780 Td 14 TL {shown} ET".encode("latin-1")
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R"
            f" /Resources << /Font << /F1 {font} 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    objects.append(f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20240506080000Z) >>".encode("latin-1"))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        start,
    )
    return bytes(out)


def docx(paragraphs: Sequence[str], title: str, author: str) -> bytes:
    """A Word document, with a table of two cells at its end."""
    import docx as word

    document = word.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    row = document.add_table(1, 2).rows[0]
    row.cells[0].text, row.cells[1].text = "Turnout", "61 per cent"
    document.core_properties.title, document.core_properties.author = title, author
    document.core_properties.created = datetime(2024, 5, 6, 8, tzinfo=UTC)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def odt(paragraphs: Sequence[str], title: str) -> bytes:
    """An OpenDocument text."""
    body = "".join(f"<text:p>{p}</text:p>" for p in paragraphs)
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body>{body}</office:body>"
            "</office:document-content>",
            "meta.xml": f"<office:document-meta {spaces}><dc:title>{title}</dc:title><dc:creator>Ann Lee</dc:creator>"
            "<meta:creation-date>2024-05-06T08:00:00</meta:creation-date></office:document-meta>",
        },
        zipfile.ZIP_STORED,
    )


def epub(chapters: Mapping[str, str], title: str) -> bytes:
    """An EPUB of chapters by their headings; a short cover before them."""
    parts = {"cover": "<p>Cover</p>"} | {
        f"c{n}": f"<h1>{heading}</h1><p>{body}</p>" for n, (heading, body) in enumerate(chapters.items())
    }
    items = "".join(f'<item id="{name}" href="text/{name}.xhtml"/>' for name in parts)
    order = "".join(f'<itemref idref="{name}"/>' for name in parts)
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>Ann Lee</dc:creator><dc:publisher>Harbour Post</dc:publisher>"
        f"<dc:date>2024-05-06</dc:date></metadata><manifest>{items}</manifest><spine>{order}</spine></package>",
    }
    xhtml = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title></head><body>{1}</body></html>'
    return packed(
        members | {f"OPS/text/{name}.xhtml": xhtml.format(name, body) for name, body in parts.items()},
        zipfile.ZIP_STORED,
    )
