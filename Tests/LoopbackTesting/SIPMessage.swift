/// A SIP message as it came, looked at as text.
public struct SIPMessage: Sendable {
  /// The whole of it, with plain line ends.
  public var text: String

  /// Takes it from the wire.
  public init(bytes: [UInt8]) { text = String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self) }

  /// Where the body begins; nil when the head is not complete.
  static func headEnd(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }.map { $0 + 4 }
  }

  private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  /// The status of a response.
  public var status: Int? {
    guard text.hasPrefix("SIP/2.0 ") else { return nil }
    return Int(text.dropFirst(8).prefix(3))
  }
  /// The method of a request.
  public var method: String? { status == nil ? text.split(separator: " ").first.map(String.init) : nil }
  /// The values of a header, in order.
  public func headers(_ name: String) -> [String] {
    lines.prefix { !$0.isEmpty }.filter { $0.lowercased().hasPrefix(name.lowercased() + ":") }
      .map { String($0.dropFirst(name.utf8.count + 1).drop { $0 == " " }) }
  }
  /// The first value of a header.
  public func header(_ name: String) -> String? { headers(name).first }
  /// The URI in its Contact, where requests of the dialog go.
  public var contact: String? {
    guard let value = header("Contact"), let open = value.firstIndex(of: "<") else { return header("Contact") }
    return String(value[value.index(after: open)...].prefix { $0 != ">" })
  }
  /// What stands behind the empty line.
  public var body: String {
    guard let end = lines.firstIndex(where: \.isEmpty) else { return "" }
    return lines[(end + 1)...].joined(separator: "\n")
  }
  /// Its media lines.
  public var media: [String] { body.split(separator: "\n").filter { $0.hasPrefix("m=") }.map(String.init) }
}

extension SIPSocket {
  /// A dialog as this peer sees it, who began it or was called.
  public struct Dialog: Sendable {
    /// Names its transactions, and the dialog unless it was called into it.
    public var name: String
    /// Call-ID and our tag, when the other side began it.
    fileprivate var called: (id: String, tag: String)?
    /// Called number.
    public var service: String
    /// From, without tag.
    public var from: String
    /// To as the other side has completed it.
    public var to: String
    /// Where the other side wants its requests.
    public var target: String

    /// `sip:service@host:port` called under a new name.
    public init(_ name: String, service: String, at host: String, from: String) {
      self.name = name
      self.service = service
      self.from = from
      to = "<sip:\(service)@\(host)>"
      target = "sip:\(service)@\(host)"
    }

    /// The one into which this INVITE called the peer at `socket`, once it has answered.
    public init(called invite: SIPMessage, at socket: SIPSocket) {
      name = "called-\(socket.port)"
      called = (invite.header("Call-ID") ?? "", SIPSocket.tag(socket.port))
      service = "peer"
      from = invite.header("To") ?? ""
      to = invite.header("From") ?? ""
      target = invite.contact ?? ""
    }

    /// After the answer.
    public mutating func learn(_ answer: SIPMessage) {
      to = answer.header("To") ?? to
      target = answer.contact ?? target
    }
  }

  /// An offer or answer of PCMU; `host` is where the audio is wanted, if not here.
  public func sdp(_ port: UInt16 = 9, host: String? = nil, profile: String = "RTP/AVP", more: String = "") -> String {
    """
    v=0
    o=- 1 1 IN IP4 \(address)
    s=-
    c=IN IP4 \(host ?? address)
    t=0 0
    m=audio \(port) \(profile) 0 101
    a=rtpmap:0 PCMU/8000
    a=rtpmap:101 telephone-event/8000
    \(more)
    """
  }

  /// One request of a dialog. An ACK of a 2xx has a branch of its own, that of a failure the branch of its INVITE.
  public func send(
    _ method: String, in dialog: Dialog, sequence: Int = 1, branch: String? = nil, headers: String = "",
    body: String = ""
  ) {
    send(
      """
      \(method) \(dialog.target) SIP/2.0
      Via: SIP/2.0/\(transport.rawValue) \(address):\(port);branch=z9hG4bK-\(dialog.name)-\(branch ?? "\(sequence)");rport
      From: \(dialog.from);tag=\(dialog.called?.tag ?? dialog.name)
      To: \(dialog.to)
      Call-ID: \(dialog.called?.id ?? "\(dialog.name)@\(address)")
      CSeq: \(sequence) \(method)
      Contact: <sip:peer@\(address):\(port);transport=\(transport.rawValue.lowercased())>
      Max-Forwards: 70\(headers.isEmpty ? "" : "\n" + headers)\(body.isEmpty ? "" : "\nContent-Type: application/sdp")
      Content-Length: \(body.utf8.count + body.utf8.count { $0 == 10 })

      \(body)
      """)
  }

  /// Calls, and acknowledges the 200, which it hands out.
  @discardableResult
  public func call(_ dialog: inout Dialog, headers: String = "", body: String) async throws -> SIPMessage {
    send("INVITE", in: dialog, headers: headers, body: body)
    let answer = try await receive(200)
    dialog.learn(answer)
    send("ACK", in: dialog, branch: "a")
    return answer
  }

  /// Offers this within the dialog, and acknowledges the 200, which it hands out. An empty offer leaves it to the other
  /// side to make one, which is answered by `answer`.
  @discardableResult
  public func reinvite(
    in dialog: Dialog, sequence: Int, body: String, answer: String = ""
  ) async throws -> SIPMessage {
    send("INVITE", in: dialog, sequence: sequence, body: body)
    let confirmed = try await receive(200, sequence: sequence)
    send("ACK", in: dialog, sequence: sequence, branch: "a\(sequence)", body: body.isEmpty ? answer : "")
    return confirmed
  }

  /// Hangs up.
  public func hangUp(_ dialog: Dialog, sequence: Int = 9) async throws {
    send("BYE", in: dialog, sequence: sequence)
    try await receive(200, to: "BYE")
  }

  /// Rings, takes the call with this description, and waits for the ACK.
  public func take(_ invite: SIPMessage, body: String) async throws -> Dialog {
    respond(180, "Ringing", to: invite)
    respond(200, "OK", to: invite, body: body)
    try await receive(request: "ACK")
    return Dialog(called: invite, at: self)
  }

  /// Waits to be hung up.
  public func isHungUp() async throws { respond(200, "OK", to: try await receive(request: "BYE")) }

  /// Waits until a call that rings is cancelled, and obeys.
  public func isCancelled(_ invite: SIPMessage) async throws {
    respond(200, "OK", to: try await receive(request: "CANCEL"))
    respond(487, "Request Terminated", to: invite)
    try await receive(request: "ACK")
  }

  /// Of what this peer answers.
  fileprivate static func tag(_ port: Int) -> String { "p\(port)" }

  /// A response to a request.
  public func respond(
    _ status: Int, _ reason: String, to request: SIPMessage, headers: String = "", body: String = ""
  ) {
    let to = request.header("To") ?? ""
    let vias = request.headers("Via").map { "Via: \($0)" }.joined(separator: "\n")
    send(
      """
      SIP/2.0 \(status) \(reason)
      \(vias)
      From: \(request.header("From") ?? "")
      To: \(to)\(to.contains(";tag=") ? "" : ";tag=\(Self.tag(port))")
      Call-ID: \(request.header("Call-ID") ?? "")
      CSeq: \(request.header("CSeq") ?? "")
      \(headers.isEmpty ? "Contact: <sip:peer@\(address):\(port);transport=\(transport.rawValue.lowercased())>" : headers)\(body.isEmpty ? "" : "\nContent-Type: application/sdp")
      Content-Length: \(body.utf8.count + body.utf8.count { $0 == 10 })

      \(body)
      """)
  }
}
