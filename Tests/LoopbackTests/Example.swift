import FoundationEssentials
import LoopbackTesting

/// One key of an example that a test has otherwise: so that what would take minutes takes seconds.
struct Replacement {
  /// As the heading is written: `[[queues]]`.
  var table: String
  /// Of which table, where there are several; nil: in each that has the key.
  var id: String?
  var key: String
  /// As TOML.
  var value: String
}

/// One of the files of `docker/examples`.
struct Example {
  /// All of them.
  static let names = ["small-office", "sales-and-support", "hospital-desk"]
  private static let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docker/examples"
  /// What they name.
  private static let others = ["customers.toml", "closed.wav"]

  /// As it stands.
  let text: String

  init(_ name: String) throws { text = try readText("\(Self.folder)/\(name).toml") }

  /// As a person has it who has copied the folder.
  static func copy(to folder: String) throws {
    for file in others {
      try FileManager.default.copyItem(atPath: "\(Self.folder)/\(file)", toPath: "\(folder)/\(file)")
    }
    for name in names { try writeText(try Example(name).text, to: "\(folder)/\(name).toml", mode: 0o600) }
  }

  /// The files that it names are in this folder now, and its text has ports, a PBX and a socket that a test can have; it
  /// is never overloaded, and of queues, agents, skills and entries all is as it was, but for `replacements`.
  func copied(to folder: String, port: Int, pbx: String, with replacements: [Replacement]) throws -> String {
    for file in Self.others {
      try FileManager.default.copyItem(atPath: "\(Self.folder)/\(file)", toPath: "\(folder)/\(file)")
    }
    let surroundings = [
      Replacement(table: "[sip]", key: "port", value: "\(port)"),
      Replacement(table: "[sip]", key: "rtp_ports", value: "\"\(port + 10000)-\(port + 10998)\""),
      Replacement(table: "[[trunks]]", key: "addresses", value: "[\"\(pbx.prefix { $0 != ":" })\"]"),
      Replacement(table: "[[trunks]]", key: "proxy", value: "\"\(pbx)\""),
      Replacement(table: "[control]", key: "socket", value: "\"control/tsunagi.sock\""),
      // A machine that has other things to do may look a customer up more slowly.
      Replacement(table: "[directory]", key: "customers", value: "\"customers.toml\"\ndeadline_ms = 5000"),
    ]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for replacement in surroundings + replacements { try Self.replace(replacement, in: &lines) }
    return lines.joined(separator: "\n") + "[overload]\n\(Daemon.neverOverloaded)\n[log]\nlevel = \"debug\"\n"
  }

  private static func replace(_ replacement: Replacement, in lines: inout [String]) throws {
    var (table, id): (String, String?) = ("", nil)
    var isFound = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("[") {
        (table, id) = (line, nil)
      } else if line.hasPrefix("id = ") {
        id = line.split(separator: "\"").dropFirst().first.map(String.init)
      } else if table == replacement.table, replacement.id == nil || replacement.id == id,
        line.hasPrefix(replacement.key + " = ")
      {
        lines[index] = "\(replacement.key) = \(replacement.value)"
        isFound = true
      }
    }
    if !isFound {
      throw Fault("the example has no \(replacement.key) in \(replacement.table) \(replacement.id ?? "")")
    }
  }
}

extension Office {
  /// A person who calls from the trunk, with this number.
  func dialog(_ name: String, to service: String, from number: String) -> SIPSocket.Dialog {
    SIPSocket.Dialog(name, service: service, at: host, from: "<sip:\(number)@127.0.0.2>")
  }

  /// A telephone of our own that a test plays by hand, registered, with its agent ready.
  func desk(_ phone: String, of agent: String) async throws -> SIPSocket {
    let desk = try SIPSocket(address: "127.0.0.3", peer: host)
    try await register(phone, secret: "tsunagi-\(phone)", at: desk)
    try await works(agent, at: phone)
    return desk
  }

  /// Waits until this agent is in this activity.
  func agent(_ id: String, is activity: String) async throws {
    _ = try await fact("\(id) is \(activity)") { () -> Bool? in
      try await agent(id)?["activity"]?.text == activity ? true : nil
    }
  }
}

extension RTPEndpoint {
  /// Waits until it has heard the chime that stands for an announcement: four tones, the second at 523 Hz.
  func hearsChime() async throws {
    _ = try await fact("a chime is heard") { self.heard.highestLevel(of: 523.25) > -25 ? true : nil }
  }
}

extension SIPSocket {
  /// A phone that rings is told that somebody else has answered, and obeys.
  func isAnsweredElsewhere(_ invite: SIPMessage) async throws -> String? {
    let cancel = try await receive(request: "CANCEL")
    respond(200, "OK", to: cancel)
    respond(487, "Request Terminated", to: invite)
    try await receive(request: "ACK")
    return cancel.header("Reason")
  }

  /// The next call to this extension.
  func invite(to number: String) async throws -> SIPMessage {
    try await receive("a call to \(number)") { $0.text.hasPrefix("INVITE sip:\(number)@") }
  }

  /// Whether a call has come that was not received yet.
  var isCalled: Bool { take().contains { $0.method == "INVITE" } }
}
