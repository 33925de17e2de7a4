/** The plain description that lies in every pack. */
export const PACK_README = `建档 证据包  Jiandang evidence pack, format jiandang/pack/1

本包证明一户档案的全部历史:自登记起的每一个事件,未增、未删、未改、未漏。
双击 index.html,断网也可核验;或用核验程序: jiandang verify pack <本文件> --key <县日志公钥>
公钥请自行向县档案馆或见证方索取;包内公钥仅供方便。

This pack proves the whole history of one household's file: every event since it was registered, none added, dropped,
changed or left out. Open index.html (no network needed), or run: jiandang verify pack <file> --key <verifier key>
Bring the log's public key yourself, from the archive or a witness; the one inside is a convenience.

Files
  manifest.txt    SHA-256 of every other file (sha256sum -c manifest.txt)
  checkpoint      C2SP tlog-checkpoint: size and root of the ledger, signed by the log and cosigned by witnesses
  evidence.json   the evidence, canonical JSON (RFC 8785)
  index.html      shows and verifies evidence.json with Web Crypto
  papers/<uuid>   files of papers, where they were to be disclosed

持有,未披露  Held, not disclosed
  涉及他人的材料(登记数据、会议记录、选票、公示文本与结果、比对报告,以及他户事项亦依据的材料)不入本包:包内有其接收事件及哈希,
  公开其信息时另有文件的 SHA-256;原件由经办单位保存。这不是缺失,也不是损坏。
  A paper that speaks of others too (a register, minutes, ballots, notices and their results, a cross-check, whatever
  acts on other households rest on) is not in this pack: the event of its receipt and its hash are, and where its part
  is opened the SHA-256 of its file; the office keeps the file. Nothing is missing and nothing is damaged.

evidence.json
  question        what was asked: household, disclosure (whole, members, masked), knownAt
  basis           {log, origin, treeSize, root} of the checkpoint
  keys            verifier keys of the log (C2SP signed-note)
  heads           the event HeadsSealed {entries, root, streams} and its proof
  streams         the household's first, then those that its events rest on; each event with
                    rev, id, type, meta    the head of the event; meta.prev and meta.h chain it
                    body                   J({data, seals}); withheld bodies show bodyHash instead
                    parts                  opened parts: {seal: index, part, salt}
                    index, path            its entry in the ledger, and the RFC 6962 inclusion path
                  head {index, path}       proves in the tree of heads that the last event shown is the last
                  absence                  two neighbours in the tree of heads: there is no such stream
  papers, words   files in the pack; Chinese words for the page
  held            papers that are held and not disclosed

How to verify by hand (|| joins bytes, J is RFC 8785, hashes are SHA-256)
  body  = SHA-256("jiandang/1/body\\n" || body)
  h     = SHA-256("jiandang/1/event\\n" || J({body, id, log, meta without h, rev, stream, type}))
  sid   = SHA-256("jiandang/1/stream\\n" || log || "\\n" || stream)
  entry = 0x01 || sid || rev (8 bytes, big-endian) || h;  leaf = SHA-256(0x00 || entry);  path: RFC 9162 section 2.1.3.2
  head  = SHA-256(0x00 || sid || rev || h) in a tree of heads.streams leaves sorted by sid, with the root in heads
  seal  = HMAC-SHA-256(salt, "jiandang/1/seal\\n" || J({at?, class, id of the event, part, subject})) must equal its c
`;
