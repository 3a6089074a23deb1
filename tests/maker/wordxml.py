"""A Word file as one XML file: as Word 2003 saves it, or as a flat package."""

from __future__ import annotations

import base64
import io
import re
import zipfile

from tests.maker.word import W

OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
_SPACES = (
    f'xmlns:w="{OLD}" xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
    ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_NOTES = {"del": "Word.Deletion", "ins": "Word.Insertion"}
# A comment stands where Word 2003 writes it: among the runs that it is about.
_COMMENT = (
    '<w:r><aml:annotation aml:id="1" w:type="Word.Comment"><aml:content><w:p><w:r><w:t>77</w:t></w:r></w:p>'
    "</aml:content></aml:annotation></w:r>"
)


def flat(docx: bytes) -> bytes:
    """All parts of the package in one file, those that are no XML in base64."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(docx)) as pack:
        for name in pack.namelist():
            data = pack.read(name)
            if data.startswith(b"<?xml"):
                inner = f"<pkg:xmlData>{data.decode().partition('?>')[2]}</pkg:xmlData>"
            else:
                inner = f"<pkg:binaryData>{base64.encodebytes(data).decode()}</pkg:binaryData>"
            parts.append(f'<pkg:part pkg:name="/{name}">{inner}</pkg:part>')
    space = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    head = '<?xml version="1.0" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    return f"{head}<pkg:package {space}>{''.join(parts)}</pkg:package>".encode()


def of_2003(docx: bytes) -> bytes:
    """The text in the older words, in a section, with changes and comments where they belong."""
    with zipfile.ZipFile(io.BytesIO(docx)) as pack:
        text, about = (pack.read(name).decode() for name in ("word/document.xml", "docProps/core.xml"))
    head, _, rest = text.partition("<w:body>")
    spaces = head.partition("<w:document")[2].rstrip(">").replace(f'xmlns:w="{W}"', "")
    said = rest.rpartition("</w:body>")[0].replace("w:vMerge", "w:vmerge").replace("w:hMerge", "w:hmerge")
    said = re.sub("<w:commentRangeStart[^>]*>", _COMMENT, said)
    for name, kind in _NOTES.items():
        said = re.sub(rf"<w:{name} [^>]*/>", f'<aml:annotation aml:id="2" w:type="{kind}"/>', said)
        said = re.sub(rf"<w:{name} [^>]*>", f'<aml:annotation aml:id="2" w:type="{kind}"><aml:content>', said)
        said = said.replace(f"</w:{name}>", "</aml:content></aml:annotation>")
    title = about.partition("<dc:title>")[2].partition("</dc:title>")[0]
    about = f"<o:DocumentProperties><o:Title>{title}</o:Title></o:DocumentProperties>"
    whole = f"<w:body><wx:sect><wx:sub-section>{said}</wx:sub-section></wx:sect></w:body>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<w:wordDocument {_SPACES}{spaces}>{about}{whole}</w:wordDocument>'
    ).encode()
