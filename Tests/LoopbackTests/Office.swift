import Control
import LoopbackTesting
import Synchronization
import Testing

/// A small office for one test: the daemon, a PBX's trunk at 127.0.0.2, phones of our own, and agents whose phones are
/// extensions behind the trunk at 127.0.0.3.
final class Office: Sendable {
  let daemon: Daemon
  /// Hears every notice.
  let events: ControlConnection
  let port: Int
  /// Where calls that we dial by the trunk arrive.
  let outsidePort: Int
  /// Where the phones of anna and boris, the extensions, are.
  let phonePort: Int
  private let addresses: Addresses
  private let peers = Mutex<[SIPp]>([])
  private let sockets = Mutex<[SIPSocket]>([])

  /// Who is where.
  struct Addresses {
    var daemon = "127.0.0.1"
    var pbx = "127.0.0.2"
    var floor = "127.0.0.3"
    /// All on the one loopback address that there is, told apart by their ports.
    static let ipv6 = Addresses(daemon: "::1", pbx: "::1", floor: "::1")
    /// As it stands before a colon.
    static func host(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }
  }

  static let caller = "\"Yamada\" <sip:0311112222@127.0.0.2>"

  init(
    _ more: String = "", queue: String = "", sip: String = "", ringSeconds: Int = 3, wrapUpSeconds: Int = 600,
    drain: Int = 2,
    overload: String? = nil, folder: String? = nil,
    ports: Int = Ports.free(10),
    addresses: Addresses = Addresses()
  ) async throws {
    self.addresses = addresses
    port = ports
    outsidePort = ports + 2
    phonePort = ports + 4
    daemon = try await Daemon(
      configuration: """
        [[trunks]]
        id = "pbx"
        addresses = ["\(addresses.pbx)"]
        proxy = "\(Addresses.host(addresses.pbx)):\(outsidePort)"
        trusted = true
        emergency = true
        caller_number = "0398765432"
        [[trunks]]
        id = "floor"
        addresses = ["\(addresses.floor)"]
        proxy = "\(Addresses.host(addresses.floor)):\(phonePort)"
        [[phones]]
        id = "desk-1"
        secret = "secret-1"
        [[phones]]
        id = "desk-2"
        secret = "secret-2"
        display = "number"
        [[phones]]
        id = "ext-anna"
        trunk = "floor"
        number = "1001"
        [[phones]]
        id = "ext-boris"
        trunk = "floor"
        number = "1002"
        [[queues]]
        id = "support"
        name = "サポート"
        ring_seconds = \(ringSeconds)
        retry_seconds = 1
        wrap_up_seconds = \(wrapUpSeconds)
        \(queue)
        [[agents]]
        id = "anna"
        name = "安藤 杏奈"
        queues = { support = 1 }
        [[agents]]
        id = "boris"
        name = "坊野 利助"
        queues = { support = 2 }
        [[entries]]
        called = "8000"
        queue = "support"
        [[entries]]
        called = "8001"
        agent = "anna"
        [dialing]
        open = ["fixed", "mobile", "ip", "free-dial", "free"]
        trunk = "pbx"
        emergency_trunk = "pbx"
        [shutdown]
        drain_seconds = \(drain)
        [directory]
        customers = "{folder}/customers.toml"
        \(more)
        """, folder: try Self.prepare(folder), address: addresses.daemon, port: ports, sip: sip,
      overload: overload ?? Daemon.neverOverloaded)
    events = try await daemon.subscribe()
  }

  /// The daemon on an example's file as it stands, but for what a machine of tests does not have, and for these keys. The
  /// trunk is at 127.0.0.2, and the telephones behind it are where calls that go out arrive.
  init(example name: String, _ replacements: Replacement...) async throws {
    addresses = Addresses(floor: "127.0.0.2")
    port = Ports.free(10)
    outsidePort = port + 2
    phonePort = outsidePort
    let folder = try temporaryFolder("example")
    let text = try Example(name).copied(
      to: folder, port: port, pbx: "\(addresses.pbx):\(outsidePort)", with: replacements)
    daemon = try await Daemon(file: text, in: folder, address: addresses.daemon, port: port)
    events = try await daemon.subscribe()
  }

  private static func prepare(_ folder: String?) throws -> String {
    if let folder { return folder }
    let folder = try temporaryFolder("office")
    try writeText(
      """
      [[customers]]
      id = "c-1"
      name = "山田 太郎"
      reading = "ヤマダ タロウ"
      romaji = "Yamada Taro"
      numbers = ["03-1111-2222"]
      notes = "常連"

      """, to: folder + "/customers.toml")
    return folder
  }

  /// Logs an agent in and gets her ready.
  func works(_ agent: String, at phone: String) async throws {
    try await events.request("agent.logIn", ["agent": .string(agent), "phone": .string(phone)])
    try await events.request("agent.setStatus", ["agent": .string(agent), "status": .string("ready")])
  }

  /// `host:port` where the daemon takes calls.
  var host: String { "\(Addresses.host(addresses.daemon)):\(port)" }

  /// A caller from the PBX, who runs this scenario towards `service`.
  func caller(
    _ scenario: Scenario, service: String = "8000", audio: UInt16 = 9, address: String? = nil, transport: String = "u1"
  ) throws -> SIPp {
    keep(
      try SIPp(
        scenario, address: address ?? addresses.pbx, port: Ports.free(4), service: service, peer: host,
        audioPort: audio, transport: transport))
  }

  /// The phones behind the floor's trunk run this.
  func phone(_ scenario: Scenario, audio: UInt16 = 9, calls: Int = 1) throws -> SIPp {
    keep(try SIPp(scenario, address: addresses.floor, port: phonePort, audioPort: audio, calls: calls))
  }

  /// The far end of calls that agents dial.
  func outside(_ scenario: Scenario, audio: UInt16 = 9) throws -> SIPp {
    keep(try SIPp(scenario, address: addresses.pbx, port: outsidePort, audioPort: audio))
  }

  /// A caller from the PBX whom the test plays by hand.
  func handPlayedCaller() throws -> SIPSocket { try keep(SIPSocket(address: addresses.pbx, peer: host)) }

  /// The phones behind the floor's trunk, played by hand.
  func handPlayedPhone() throws -> SIPSocket {
    try keep(SIPSocket(address: addresses.floor, port: phonePort, peer: host))
  }

  /// The far end of calls that agents dial, played by hand.
  func handPlayedNumber() throws -> SIPSocket {
    try keep(SIPSocket(address: addresses.pbx, port: outsidePort, peer: host))
  }

  private func keep(_ socket: SIPSocket) -> SIPSocket {
    sockets.withLock { $0.append(socket) }
    return socket
  }

  private func keep(_ peer: SIPp) -> SIPp {
    peers.withLock { $0.append(peer) }
    return peer
  }

  /// Ends a contact by command.
  func hangUp(_ contact: String?) async throws {
    try await events.request("call.hangUp", ["contact": .string(try #require(contact))])
  }

  /// The newest contact of the history.
  func record(_ contact: String) async throws -> JSON {
    try await fact("the record of \(contact) is complete") {
      let list = try await events.request("history.list", ["contact": .string(contact)]).elements
      guard let record = list.first, record["endReason"]?.text != nil else { return nil }
      return record
    }
  }

  func agent(_ id: String) async throws -> JSON? {
    try await events.request("agents.list").elements.first { $0["agent"]?.text == id }
  }

  /// Ends it; every session description that it sent must have had one medium.
  func stop() async {
    for description in peers.withLock({ $0 }).flatMap(\.messages.descriptions) {
      #expect(description.occurrences(of: "\nm=") == 1, "\(description)")
    }
    for description in sockets.withLock({ $0 }).flatMap(\.descriptions) {
      #expect(description.media.count == 1, "\(description.text)")
    }
    events.close()
    await daemon.stop()
  }
}

extension Scenario {
  /// An ordinary caller: rings in, talks for a while, hangs up.
  static func ordinaryCaller(talks milliseconds: Int, from: String = Office.caller, headers: String = "") -> Scenario {
    Scenario().invite(caller: from, headers: headers).receive(100, optional: true).receive(180, optional: true)
      .receive(183, optional: true).receive(200).acknowledge().pause(milliseconds: milliseconds).bye()
  }

  /// A caller who stays until she is hung up.
  static func patientCaller(
    from: String = Office.caller, headers: String = "", contact: String = Scenario.contact
  ) -> Scenario {
    Scenario().invite(caller: from, headers: headers, contact: contact)
      .receive(100, optional: true).receive(180, optional: true).receive(200)
      .acknowledge().receive(request: "BYE").confirm()
  }

  /// A phone that rings, answers after a while, and stays until it is hung up.
  static func answeringPhone(after milliseconds: Int = 200) -> Scenario {
    Scenario().receive(request: "INVITE").respond(180, "Ringing").pause(milliseconds: milliseconds)
      .respond(200, "OK", sdp: Scenario.sdp(), retransmits: true).receive(request: "ACK").receive(request: "BYE")
      .confirm()
  }

  /// A phone that answers and hangs up itself.
  static func phoneThatHangsUp(after milliseconds: Int) -> Scenario {
    Scenario().receiveInvite().respond(180, "Ringing")
      .respond(200, "OK", sdp: Scenario.sdp(), retransmits: true).receive(request: "ACK").pause(
        milliseconds: milliseconds
      )
      .byeAsCalled()
  }

  /// A phone that rings and gives this final answer.
  static func refusingPhone(_ status: Int, _ reason: String, headers: String = "") -> Scenario {
    Scenario().receive(request: "INVITE").respond(180, "Ringing").respond(status, reason, headers: headers)
      .receive(request: "ACK")
  }

  /// A phone that rings until CANCEL.
  static func ringingPhone() -> Scenario {
    Scenario().receive(request: "INVITE").respond(180, "Ringing").receive(request: "CANCEL").respondToCancel()
  }

  /// A network that says something (183) and never answers.
  static func speakingNetwork() -> Scenario {
    Scenario().receive(request: "INVITE").respond(183, "Session Progress", sdp: Scenario.sdp())
      .receive(request: "CANCEL").respondToCancel()
  }

  /// 200 to the CANCEL, 487 to the INVITE, its ACK.
  func respondToCancel() -> Scenario {
    confirm().send(
      """
      SIP/2.0 487 Request Terminated
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPp[call_number]
      [last_Call-ID:]
      CSeq: [last_cseq_number] INVITE
      Content-Length: 0

      """
    ).receive(request: "ACK")
  }
}
