// A file system for SQLite with one file that can only be read: the database in its blocks.

import sqlite3InitModule from "./vendor/sqlite-3.54.1/sqlite3.js";

const NAME = "blocks";
const LONGEST_NAME = 256;

// What keeps databases in the browser is of no use here, and would only complain.
globalThis.sqlite3ApiConfig = {
  disable: { vfs: { kvvfs: true, opfs: true, "opfs-vfs": true, "opfs-sahpool": true, "opfs-wl": true } },
};

const starting = sqlite3InitModule(); // while the server is asked what it can do

export const connect = async (blocks) => {
  const sqlite3 = await starting;
  const { capi, wasm } = sqlite3;
  const reading = {
    xClose: () => capi.SQLITE_OK,
    xRead: (file, into, length, offset) => {
      const there = wasm.heap8u().subarray(Number(into), Number(into) + length);
      try {
        if (blocks.read(there, Number(offset))) return capi.SQLITE_OK;
      } catch (error) {
        console.error(String(error));
        return capi.SQLITE_IOERR_READ;
      }
      there.fill(0);
      return capi.SQLITE_IOERR_SHORT_READ;
    },
    xWrite: () => capi.SQLITE_READONLY,
    xTruncate: () => capi.SQLITE_READONLY,
    xSync: () => capi.SQLITE_OK,
    xFileSize: (file, size) => {
      wasm.poke64(size, BigInt(blocks.size));
      return capi.SQLITE_OK;
    },
    xLock: () => capi.SQLITE_OK,
    xUnlock: () => capi.SQLITE_OK,
    xCheckReservedLock: (file, held) => {
      wasm.poke32(held, 0);
      return capi.SQLITE_OK;
    },
    xFileControl: () => capi.SQLITE_NOTFOUND,
    xSectorSize: () => 4096,
    xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE,
  };
  const methods = new capi.sqlite3_io_methods();
  const files = new capi.sqlite3_vfs();
  const usual = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null));
  methods.$iVersion = files.$iVersion = 1;
  files.$szOsFile = capi.sqlite3_file.structInfo.sizeof;
  files.$mxPathname = LONGEST_NAME;
  files.$xRandomness = usual.$xRandomness;
  files.$xSleep = usual.$xSleep;
  files.$xCurrentTime = usual.$xCurrentTime;
  usual.dispose();
  const opening = {
    xOpen: (vfs, name, file, flags, given) => {
      const opened = new capi.sqlite3_file(file);
      opened.$pMethods = methods.pointer;
      opened.dispose();
      if (given) wasm.poke32(given, capi.SQLITE_OPEN_READONLY);
      return capi.SQLITE_OK;
    },
    xAccess: (vfs, name, flags, there) => {
      wasm.poke32(there, 0); // neither a journal nor a log lies beside it
      return capi.SQLITE_OK;
    },
    xDelete: () => capi.SQLITE_OK,
    xFullPathname: (vfs, name, room, into) =>
      wasm.cstrncpy(into, name, room) < room ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
    xGetLastError: () => capi.SQLITE_OK,
  };
  sqlite3.vfs.installVfs({ io: { struct: methods, methods: reading }, vfs: { struct: files, methods: opening, name: NAME } });
  const db = new sqlite3.oo1.DB(`file:nianbao.db?vfs=${NAME}&immutable=1`, "r");
  db.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA query_only = ON");
  return { capi, db };
};
