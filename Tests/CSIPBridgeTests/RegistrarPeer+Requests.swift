import Synchronization

final class Counter: Sendable {
  private let value = Atomic<UInt64>(0)
  func next() -> UInt64 { value.add(1, ordering: .relaxed).newValue }
}

/// How a phone answers a challenge.
struct RegistrarCredentials {
  var user: String
  var password: String
  var nonce: String
  var algorithm = "MD5"
  var count = "00000001"

  func header(method: String, uri: String) -> String {
    let hash = algorithm == "MD5" ? md5 : sha256
    let first = hash("\(user):\(RegistrarBench.realm):\(password)")
    let response = hash("\(first):\(nonce):\(count):c0ffee:auth:\(hash("\(method):\(uri)"))")
    return
      "Authorization: Digest username=\"\(user)\", realm=\"\(RegistrarBench.realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
      + "response=\"\(response)\", algorithm=\(algorithm), cnonce=\"c0ffee\", qop=auth, nc=\(count)"
  }
}

extension RegistrarPeer {
  /// One request in full, with these headers in addition.
  func request(
    _ method: String, to uri: String = "sip:tsunagi.test", from user: String = "x", target: String? = nil,
    callID: String = newName(), cseq: Int = 1, branch: String = newName(), toTag: String = "", headers: [String] = [],
    body: String = ""
  ) -> String {
    let via = transport == .udp ? "UDP" : "TCP"
    let lines =
      [
        "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/\(via) \(address):\(port);branch=z9hG4bK\(branch);rport",
        "Max-Forwards: 70", "From: <sip:\(user)@tsunagi.test>;tag=f\(callID)",
        "To: <\(target ?? uri)>\(toTag.isEmpty ? "" : ";tag=\(toTag)")", "Call-ID: \(callID)",
        "CSeq: \(cseq) \(method)",
      ] + headers + ["Content-Length: \(body.utf8.count)"]
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  /// Sends a request and waits for its final answer.
  func ask(
    _ method: String, to uri: String = "sip:tsunagi.test", from user: String = "x", target: String? = nil,
    callID: String = newName(), cseq: Int = 1, toTag: String = "", headers: [String] = [], body: String = ""
  ) -> Message? {
    send(
      request(
        method, to: uri, from: user, target: target, callID: callID, cseq: cseq, toTag: toTag, headers: headers,
        body: body))
    return answer(to: callID)
  }

  /// REGISTER without credentials, then with: what the second one was answered.
  func register(
    _ user: String, password: String? = nil, contacts: [String]? = nil, headers: [String] = [],
    callID: String = newName(),
    cseq: Int = 1
  ) -> Message? {
    let contact = (contacts ?? ["<sip:\(user)@\(address):\(port)>"]).map { "Contact: \($0)" }
    let target = "sip:\(user)@tsunagi.test"
    guard
      let challenge = ask(
        "REGISTER", from: user, target: target, callID: callID, cseq: cseq, headers: contact + headers)
    else { return nil }
    guard challenge.status == 401 else { return challenge }
    let credentials = RegistrarCredentials(
      user: user, password: password ?? "secret-\(user)", nonce: challenge.challenge("nonce"),
      algorithm: challenge.challenge("algorithm"))
    let authorization = credentials.header(method: "REGISTER", uri: "sip:tsunagi.test")
    return ask(
      "REGISTER", from: user, target: target, callID: callID, cseq: cseq + 1,
      headers: contact + headers + [authorization])
  }
}
