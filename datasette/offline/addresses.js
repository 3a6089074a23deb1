// Where the pages are: behind the #, so that any server of files will do.

// What is empty asks for nothing, but for a division: "" is one that nobody knows.
const address = (parts, asked = {}) => {
  const query = new URLSearchParams(Object.entries(asked).filter(([name, value]) =>
    value !== null && value !== undefined && (value !== "" || name === "division")));
  const path = parts.map((part) => encodeURIComponent(String(part))).join("/");
  return `#/${path}${query.size ? `?${query}` : ""}`;
};

export const home = () => "#/";
export const search = (asked) => address(["search"], asked);
export const place = (code) => address(["place", code]);
export const organ = (name, division) => address(["organ", name], { division });
export const report = (name, year, division, at) => address(["report", name, year], { division, at });

const decoded = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

// What an address asks for.
export const read = (hash) => {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { parts: path.split("/").filter(Boolean).map(decoded), asked: Object.fromEntries(new URLSearchParams(query)) };
};
