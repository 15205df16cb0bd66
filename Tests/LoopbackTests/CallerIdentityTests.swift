import Control
import FoundationEssentials
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Who calls, and what the agent's phone is told` {
  /// Calls the queue, lets the agent's phone answer, and hands out what was said of the caller and to the phone.
  private func call(
    _ office: Office, from: String, headers: String = "", address: String? = nil
  ) async throws -> (caller: JSON, contact: String, phone: SIPp) {
    let phone = try office.phone(.answeringPhone(after: 10))
    let mark = office.events.mark
    let caller = try office.caller(
      .patientCaller(from: from, headers: headers), address: address)
    let arrived = try await office.events.notice("contact.arrived", from: mark)
    let contact = try #require(arrived.contact)
    try await office.events.notice("contact.connected", from: mark)
    try await office.hangUp(contact)
    try await caller.succeeds()
    try await phone.succeeds()
    _ = try await office.record(contact)
    try await office.events.request("agent.finish", ["agent": .string("anna")])
    return (try #require(arrived.data("caller")), contact, phone)
  }

  @Test func `P-Asserted-Identity, Remote-Party-ID and From count in this order, and only From of a stranger`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let asserted = "P-Asserted-Identity: \"Asserted\" <sip:0311112222@pbx.test>"
    let remote = "Remote-Party-ID: \"Remote\" <sip:0322223333@pbx.test>;party=calling;screen=yes;privacy=off"
    let from = "\"From\" <sip:0333334444@127.0.0.2>"

    let first = try await call(office, from: from, headers: remote + "\n" + asserted)
    #expect(first.caller["number"]?.text == "+81311112222")
    #expect(first.caller["verified"] == .bool(true))
    let second = try await call(office, from: from, headers: remote)
    #expect(second.caller["number"]?.text == "+81322223333")
    let third = try await call(office, from: from)
    #expect(third.caller["number"]?.text == "+81333334444")
    // The floor's trunk is not trusted.
    let untrusted = try await call(
      office, from: "\"From\" <sip:0333334444@127.0.0.3>", headers: remote + "\n" + asserted, address: "127.0.0.3")
    #expect(untrusted.caller["number"]?.text == "+81333334444")
    #expect(untrusted.caller["verified"] == .bool(false))
    await office.stop()
  }

  @Test(arguments: [
    (
      "P-Asserted-Identity: <sip:+81366667777@pbx.test>\nPrivacy: id", "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
    ),
    ("Remote-Party-ID: \"Sato\" <sip:0366667777@pbx.test>;party=calling;privacy=full", "<sip:0366667777@127.0.0.2>"),
    ("Privacy: user;critical", "\"Sato\" <sip:0366667777@127.0.0.2>"),
  ])
  func `a withheld number appears nowhere`(headers: String, from: String) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let made = try await call(office, from: from, headers: headers)
    #expect(made.caller["anonymity"]?.text == "withheld")
    let history = try await office.events.request("history.list")
    let phone = try #require(made.phone.messages.components(of: "message received").dropFirst().first)
    await office.stop()
    let places: [(String, String)] = [
      ("a notice", "\(office.events.notices)"), ("the history", "\(history)"), ("the agent's phone", phone),
      ("the log", office.daemon.log),
      ("the database", String(decoding: try readBytes(office.daemon.database), as: UTF8.self)),
    ]
    for (place, text) in places {
      #expect(text.contains(made.contact), "this call is not in \(place)")
      #expect(!text.contains("366667777"), "the number is in \(place)")
      #expect(!text.contains("Sato"), "the name is in \(place)")
    }
    #expect(phone.contains("sip:anonymous@"))
    // The stack's own words are in the log, too.
    #expect(office.daemon.log.contains("SDP negotiation done"))
  }

  @Test func `each phone is shown the caller as it can, with the national number and our contact`() async throws {
    let extra = [("reading", "1003"), ("romaji", "1004"), ("number", "1005")].map { display, number in
      """
      [[phones]]
      id = "ext-\(display)"
      trunk = "floor"
      number = "\(number)"
      display = "\(display)"
      """
    }
    let office = try await Office(extra.joined(separator: "\n"))
    let shown = [
      ("ext-anna", "山田 太郎"), ("ext-reading", "ヤマダ タロウ"), ("ext-romaji", "Yamada Taro"),
      ("ext-number", "03-1111-2222"),
    ]
    for (phone, name) in shown {
      try await office.works("anna", at: phone)
      let made = try await call(office, from: "\"Y\" <sip:+81311112222@127.0.0.2>")
      let invite = try #require(made.phone.messages.components(of: "message received").dropFirst().first)
      let from = try #require(invite.split(whereSeparator: \.isNewline).first { $0.hasPrefix("From:") })
      #expect(from.contains("\"\(name)\" <sip:0311112222@"), "\(from)")
      #expect(invite.contains("X-Tsunagi-Contact: \(made.contact)\r\n"))
    }
    await office.stop()
  }
}

extension String {
  /// The parts between a text; the first is what stands before it.
  func components(of separator: String) -> [String] {
    var parts: [String] = []
    var rest = utf8[...]
    let needle = Array(separator.utf8)
    var at = rest.startIndex
    while at < rest.endIndex {
      if rest[at...].starts(with: needle) {
        parts.append(String(decoding: rest[rest.startIndex..<at], as: UTF8.self))
        rest = rest[rest.index(at, offsetBy: needle.count)...]
        at = rest.startIndex
      } else {
        at = rest.index(after: at)
      }
    }
    return parts + [String(decoding: rest, as: UTF8.self)]
  }
}
