import LoopbackTesting
import Testing

/// Digest answers for peers that a test plays by hand (RFC 7616), reckoned by coreutils: the daemon has its own.
enum DigestAnswer {
  /// The header's value; `response` may be spoilt to see it refused.
  static func header(
    _ user: String, secret: String, method: String, uri: String, challenge: String, sum: String = "md5sum"
  ) async throws -> String {
    func parameter(_ name: String) -> String {
      guard let start = challenge.range(of: "\(name)=\"") else { return "" }
      return String(challenge[start...].prefix { $0 != "\"" })
    }
    let (realm, nonce) = (parameter("realm"), parameter("nonce"))
    let one = try await hash("\(user):\(realm):\(secret)", by: sum)
    let two = try await hash("\(method):\(uri)", by: sum)
    let response = try await hash("\(one):\(nonce):00000001:c:auth:\(two)", by: sum)
    return """
      Digest username="\(user)", realm="\(realm)", nonce="\(nonce)", uri="\(uri)", qop=auth, nc=00000001, cnonce="c", \
      algorithm=\(sum == "md5sum" ? "MD5" : "SHA-256"), response="\(response)"
      """
  }

  private static func hash(_ text: String, by program: String) async throws -> String {
    let folder = try temporaryFolder("digest")
    try writeText(text, to: folder + "/text")
    let process = try ChildProcess(program, [folder + "/text"], in: folder, log: folder + "/log")
    try await process.waitForExit()
    return String(process.output.prefix { $0 != " " })
  }
}

extension String {
  /// Where this text ends in ours.
  fileprivate func range(of text: String) -> String.Index? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(text) { return index(at, offsetBy: text.count) }
      at = index(after: at)
    }
    return nil
  }
}

extension Office {
  /// Registers a phone that a test plays by hand, by MD5 or SHA-256.
  func register(
    _ user: String, secret: String, at set: SIPSocket, contact: String? = nil, sum: String = "md5sum"
  ) async throws {
    var dialog = SIPSocket.Dialog("r\(set.port)", service: user, at: host, from: "<sip:\(user)@\(host)>")
    dialog.target = "sip:\(host)"
    let contact = contact ?? "sip:\(user)@\(set.address):\(set.port)"
    set.send("REGISTER", in: dialog, headers: "Expires: 300")
    let challenge = try #require(try await set.receive(401, to: "REGISTER").header("WWW-Authenticate"))
    let answer = try await DigestAnswer.header(
      user, secret: secret, method: "REGISTER", uri: dialog.target, challenge: challenge, sum: sum)
    set.send(
      """
      REGISTER \(dialog.target) SIP/2.0
      Via: SIP/2.0/\(set.transport.rawValue) \(set.address):\(set.port);branch=z9hG4bK-\(dialog.name)-2;rport
      From: \(dialog.from);tag=\(dialog.name)
      To: \(dialog.to)
      Call-ID: \(dialog.name)
      CSeq: 2 REGISTER
      Contact: <\(contact)>
      Authorization: \(answer)
      Expires: 300
      Max-Forwards: 70
      Content-Length: 0


      """)
    try await set.receive(200, to: "REGISTER")
  }
}
