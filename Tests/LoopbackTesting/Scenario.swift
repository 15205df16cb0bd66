/// A SIPp scenario, written step by step: what one SIP peer says and expects.
public struct Scenario: Sendable {
  /// The steps so far, as SIPp's XML.
  public var steps: [String] = []

  /// Nothing yet.
  public init() {}

  private func adding(_ step: String) -> Scenario {
    var copy = self
    copy.steps.append(step)
    return copy
  }

  /// The whole file.
  public var text: String {
    """
    <?xml version="1.0" encoding="UTF-8" ?>
    <!DOCTYPE scenario SYSTEM "sipp.dtd">
    <scenario name="peer">
    \(steps.joined(separator: "\n"))
    </scenario>

    """
  }

  /// Any message.
  public func send(_ message: String, retransmits: Bool = false) -> Scenario {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }.joined(
      separator: "\n")
    return adding("<send\(retransmits ? " retrans=\"500\"" : "")><![CDATA[\n\(lines)\n]]></send>")
  }

  /// Expects a request.
  public func receive(request: String, optional: Bool = false) -> Scenario {
    adding("<recv request=\"\(request)\"\(optional ? " optional=\"true\"" : "") rrs=\"true\"></recv>")
  }

  /// Expects the INVITE of a call, and keeps who called for `byeAsCalled`.
  public func receiveInvite() -> Scenario {
    adding(
      """
      <recv request="INVITE" rrs="true"><action>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
      </action></recv>
      """)
  }

  /// BYE from the side that was called, and its 200.
  public func byeAsCalled() -> Scenario {
    send(
      """
      BYE [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: <sip:phone@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]
      To:[$from]
      Call-ID: [call_id]
      CSeq: 1 BYE
      Max-Forwards: 70
      Content-Length: 0

      """, retransmits: true
    ).receive(200)
  }

  /// Expects a response.
  public func receive(_ status: Int, optional: Bool = false) -> Scenario {
    adding("<recv response=\"\(status)\"\(optional ? " optional=\"true\"" : "") rrs=\"true\"></recv>")
  }

  /// Expects a challenge, and keeps it for `[authentication …]`.
  public func receiveChallenge(_ status: Int = 401) -> Scenario {
    adding("<recv response=\"\(status)\" auth=\"true\"></recv>")
  }

  /// Lets time pass on the peer's side.
  public func pause(milliseconds: Int) -> Scenario { adding("<pause milliseconds=\"\(milliseconds)\"/>") }

  /// The session description that offers or answers PCMU at [audio_port], in one direction.
  public static func sdp(
    _ direction: String = "sendrecv", profile: String = "RTP/AVP", extra: String = ""
  ) -> String {
    """
    v=0
    o=peer 1 [call_number] IN IP[media_ip_type] [media_ip]
    s=-
    c=IN IP[media_ip_type] [media_ip]
    t=0 0
    m=audio [audio_port] \(profile) 0 101
    a=rtpmap:0 PCMU/8000
    a=rtpmap:101 telephone-event/8000
    a=fmtp:101 0-15
    a=\(direction)
    """ + (extra.isEmpty ? "" : "\n" + extra)
  }

  // MARK: As a caller

  /// Where a peer is reached, as it says of itself.
  public static let contact = "sip:peer@[local_ip]:[local_port];transport=[transport]"

  /// INVITE [service] as `caller`; `headers` are added as they stand.
  public func invite(
    caller: String, headers: String = "", contact: String = Scenario.contact, sdp: String? = Scenario.sdp()
  ) -> Scenario {
    send(
      """
      INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: \(caller);tag=[pid]SIPp[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 INVITE
      Contact: <\(contact)>
      Max-Forwards: 70\(headers.isEmpty ? "" : "\n" + headers)
      \(Self.body(sdp))
      """, retransmits: true)
  }

  private static func body(_ sdp: String?) -> String {
    guard let sdp else { return "Content-Length: 0\n" }
    return "Content-Type: application/sdp\nContent-Length: [len]\n\n\(sdp)\n"
  }

  private func inDialog(
    _ method: String, sequence: Int, body: String = "Content-Length: 0\n", retransmits: Bool = false
  )
    -> Scenario
  {
    send(
      """
      \(method) [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: \(Self.us);tag=[pid]SIPp[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: \(sequence) \(method)
      Contact: <\(Self.contact)>
      Max-Forwards: 70
      \(body)
      """, retransmits: retransmits)
  }

  /// The From of requests within the dialog; SIP compares tags only (RFC 3261 §12.2.1.1).
  private static let us = "<sip:peer@[local_ip]:[local_port]>"

  /// ACK of a 2xx.
  public func acknowledge(sequence: Int = 1, sdp: String? = nil) -> Scenario {
    inDialog("ACK", sequence: sequence, body: Self.body(sdp))
  }
  /// BYE, and its 200.
  public func bye(sequence: Int = 2) -> Scenario { inDialog("BYE", sequence: sequence, retransmits: true).receive(200) }
  /// CANCEL of the INVITE, its 200, the 487 and its ACK.
  public func cancel() -> Scenario {
    send(
      """
      CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-\(steps.count)]
      From: \(Self.us);tag=[pid]SIPp[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 CANCEL
      Max-Forwards: 70
      Content-Length: 0

      """)
  }

  // MARK: As a called phone

  /// A response to the last request.
  public func respond(
    _ status: Int, _ reason: String, headers: String = "", sdp: String? = nil, retransmits: Bool = false
  )
    -> Scenario
  {
    send(
      """
      SIP/2.0 \(status) \(reason)
      [last_Via:]
      [last_Record-Route:]
      [last_From:]
      [last_To:];tag=[pid]SIPp[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:phone@[local_ip]:[local_port];transport=[transport]>\(headers.isEmpty ? "" : "\n" + headers)
      \(Self.body(sdp))
      """, retransmits: retransmits)
  }

  /// 200 to a request within the dialog, whose To has its tag already.
  public func confirm(sdp: String? = nil) -> Scenario {
    send(
      """
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:phone@[local_ip]:[local_port];transport=[transport]>
      \(Self.body(sdp))
      """)
  }
}
