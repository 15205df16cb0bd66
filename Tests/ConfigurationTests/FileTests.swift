import Configuration
import Entries
import Glibc
import Numbers
import Telephony
import Testing

@Suite struct `Files of a configuration` {
  private static let phone = "[[phones]]\nid = \"a\"\n"

  @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
  func `a secret is taken from a file that only its owner reads`(mode: mode_t) throws {
    let folder = TemporaryFolder()
    folder.write("t.toml", (Self.phone + "secret = \"long-enough\"\n").utf8, mode: mode)
    #expect(try folder.load("t.toml").get().configuration.sip.phones.count == 1)
  }

  @Test(arguments: [0o604, 0o640, 0o644, 0o620, 0o601] as [mode_t])
  func `a secret in a file that others reach is refused where it stands`(mode: mode_t) {
    let folder = TemporaryFolder()
    folder.write("t.toml", (Self.phone + "secret = \"long-enough\"\n").utf8, mode: mode)
    let octal = "0" + String(mode, radix: 8)
    #expect(
      faults(of: folder.load("t.toml")).contains(
        "3:1: error: a secret in a file that others can read (mode \(octal)): make it 0600, or use secret_file"))
  }

  @Test func `a file without secrets may be read by all, and its secrets lie elsewhere`() throws {
    let folder = TemporaryFolder()
    folder.write("t.toml", (Self.phone + "secret_file = \"desk\"\n").utf8, mode: 0o644)
    folder.write("desk", "long-enough\n".utf8)
    let phones = try folder.load("t.toml").get().configuration.sip.phones
    #expect(phones.map(\.line) == [.registers(secret: Secret("long-enough"), .md5)])

    folder.write("desk", "long-enough\n".utf8, mode: 0o640)
    #expect(
      faults(of: folder.load("t.toml")).contains(
        "3:15: error: secret_file: '\(folder.path)/desk' can be read by others (mode 0640): make it 0600"))

    folder.write("desk", [0xFF, 0xFE])
    #expect(
      faults(of: folder.load("t.toml")).contains(
        "3:15: error: a secret must be 1 to 128 bytes of text without control characters"))
  }

  @Test func `users and groups that are not of this machine are faults with their places, beside others`() {
    let folder = TemporaryFolder()
    let roles = [
      "user = \"nobody-of-this-name\"", "group = \"none-of-this-name\"", "user = \"root\"", "user = \"4711\"",
    ]
    let text = roles.map { "[[control.roles]]\nrole = \"agent\"\n\($0)\n" }.joined() + "[sipp]\n"
    folder.write("t.toml", text.utf8)
    let found = faults(of: folder.load("t.toml"))
    #expect(
      found.filter { $0.contains("Unix") } == [
        "3:8: error: there is no Unix user 'nobody-of-this-name'",
        "6:9: error: there is no Unix group 'none-of-this-name'",
      ])
    #expect(found.contains { $0.contains("sipp") })
    // A text that is not to be run by may be of another machine.
    #expect(!faults(of: parse(text)).contains { $0.contains("Unix") })
  }

  @Test func `a secret shows in no text made of the configuration`() throws {
    let loaded = try parse(Self.phone + "secret = \"long-enough\"\n").get()
    var dumped = ""
    dump(loaded, to: &dumped)
    for text in [dumped, "\(loaded)", String(reflecting: loaded)] { #expect(!text.contains("long-enough")) }
  }

  @Test(
    arguments: [
      (wav(), nil), (wav(format: 6, bits: 8), nil), (wav(format: 7, bits: 8, rate: 16000), nil),
      (wav(bits: 8), "is neither PCM of 16 bits nor G.711 (format 1, 8 bits)"),
      (wav(format: 3, bits: 32), "is neither PCM of 16 bits nor G.711 (format 3, 32 bits)"),
      (wav(channels: 2), "has 2 channels: one is wanted"),
      (wav(rate: 4000), "has 4000 samples a second: 8000 to 48000 are wanted"), (wav(sound: 0), "has no sound in it"),
      (Array(wav().prefix(30)), "has a broken header"), (Array(wav().prefix(44)), "has a broken header"),
      ([], "is no WAV file"), ([UInt8](repeating: 0x41, count: 5000), "is no WAV file"),
    ] as [([UInt8], String?)])
  func `sounds are what the engine can play`(bytes: [UInt8], objection: String?) throws {
    let folder = TemporaryFolder()
    folder.write("s.wav", bytes)
    let text = "[[entries]]\ncalled = \"8000\"\nannouncement = \"s.wav\"\n"
    let outcome = parse(text, folder: folder.path)
    if let objection {
      #expect(
        faults(of: outcome).contains("3:16: error: announcement: '\(folder.path)/s.wav' \(objection)"))
    } else {
      #expect(
        try outcome.get().configuration.entries.entries.map(\.target) == [
          .announcement(file: folder.path + "/s.wav", status: 480)
        ])
    }
  }

  @Test func `a folder or a pipe is no file, and nobody waits for it`() {
    let folder = TemporaryFolder()
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(faults(of: folder.load("pipe")) == ["1:1: error: the file is no ordinary file"])
    #expect(faults(of: folder.load(".")) == ["1:1: error: the file is no ordinary file"])
    #expect(faults(of: folder.load("none")) == ["1:1: error: the file cannot be read: there is no such file"])
  }

  @Test func `faults of the file of customers bear its own name`() throws {
    let folder = TemporaryFolder()
    folder.write(
      "c.toml",
      "[[customers]]\nid = \"a\"\nname = \"A\"\nnumbers = [\"03-1234-5678\", \"x\"]\n[[customers]]\nid = \"a\"\nnaem = \"B\"\n"
        .utf8)
    guard case .failure(let error) = parse("[directory]\ncustomers = \"c.toml\"\n", folder: folder.path) else {
      Issue.record("taken")
      return
    }
    let errors = error.faults.filter { $0.severity == .error }.map(\.description)
    let file = folder.path + "/c.toml"
    #expect(
      errors == [
        "\(file):4:28: error: numbers: 'x' is not a telephone number",
        "\(file):5:1: error: [[customers]] has no name: a card needs one",
        "\(file):6:6: error: [[customers]] 'a' stands here twice, first on line 2",
        "\(file):7:1: error: [[customers]] knows no key 'naem'; did you mean 'name'?",
      ])
  }

  @Test func `hostile files are refused, and by few words`() {
    let texts: [(String, [UInt8])] = [
      ("the file is longer than 1048576 bytes", [UInt8](repeating: 0x0A, count: 1 << 20 + 1)),
      ("nested more than 32 deep", Array("a = ".utf8) + [UInt8](repeating: 0x5B, count: 500_000)),
      ("nested more than 32 deep", Array(String(repeating: "a = {", count: 100_000).utf8)),
      ("a key of more than 16 parts", Array(String(repeating: "a.", count: 500_000).utf8) + Array("b = 1".utf8)),
      ("a key of more than 16 parts", Array(("[" + String(repeating: "'a' . ", count: 150_000) + "b]").utf8)),
      ("not TOML", [0x61, 0x00, 0x3D, 0x31]), ("not TOML", [0x61, 0x3D, 0x22, 0xFF, 0xFE, 0x22]),
      ("not TOML", [UInt8](repeating: 0, count: 100_000)), ("not TOML", [UInt8](repeating: 0x22, count: 1_000_000)),
      ("there is more, not shown", Array((0..<50_000).map { "k\($0) = 1\n" }.joined().utf8)),
      ("knows no key", Array((String(repeating: "k", count: 1_000_000) + " = 1").utf8)),
    ]
    for (expected, bytes) in texts {
      let folder = TemporaryFolder()
      folder.write("t.toml", bytes)
      let outcome = folder.load("t.toml")
      let found = faults(of: outcome)
      #expect(throws: ConfigurationFaults.self, "\(expected)") { try outcome.get() }
      #expect(found.contains { $0.contains(expected) }, "\(found.first ?? "nothing")")
      #expect(found.count < 105 && found.allSatisfy { $0.utf8.count < 500 })
    }
  }

  @Test func `dots and brackets within texts and comments count for nothing`() {
    let dots = String(repeating: ".[{", count: 200)
    let text =
      "# \(dots)\n[[queues]]\nid = \"a\" # \(dots)\nname = '''\n'''\n[callers.texts]\n\"\(dots)\" = \"withheld\"\n"
    #expect(!faults(text).contains { $0.contains("parts") || $0.contains("deep") }, "\(faults(text))")
  }

  @Test func `a name below systemd's credentials is told from others by its place only`() {
    let text = Self.phone + "secret_file = \"/run/credentials/../../etc/hostname\"\n"
    #expect(faults(text).contains { $0.contains("can be read by others") || $0.contains("no such file") })
  }
}
