// How a report is cited, as archive/shown/citing.py has it; in place of an address stands the release that it was read in.

const TEX = { "\\": "{\\textbackslash}", "{": "{\\textbraceleft}", "}": "{\\textbraceright}", "~": "{\\textasciitilde}", "^": "{\\textasciicircum}" };
const tex = (text) => text.replace(/[%#&$_\\{}~^]/g, (sign) => TEX[sign] ?? `\\${sign}`);
const address = (url) => url.replaceAll("{", "%7B").replaceAll("}", "%7D").replaceAll("\\", "%5C");
const day = (stamp) => `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
const line = (text) => text.trim().split(/\s+/u).join(" ");

export const standard = (report, release) => {
  const published = report.published ? `(${report.published})` : "";
  return `${report.organ}. ${line(report.title)}[EB/OL]. ${published}[${day(report.timestamp)}]. ${report.url}. nianbao ${report.digest}. ${release}`;
};

export const bibtex = (report, release) => {
  const name = `nianbao${report.year}-${report.digest.split(":").at(-1).slice(0, 12)}`;
  const fields = {
    author: `{${tex(report.organ)}}`,
    title: `{${tex(line(report.title))}}`,
    date: report.published ?? "",
    url: address(report.url),
    urldate: day(report.timestamp),
    note: `nianbao, ${report.digest}, ${tex(release)}`,
  };
  const lines = Object.entries(fields).filter(([, value]) => value).map(([field, value]) => `  ${field} = {${value}}`);
  return `@misc{${name},\n${lines.join(",\n")}\n}`;
};
