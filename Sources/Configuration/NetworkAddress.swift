import Glibc

/// A numeric IPv4 or IPv6 address, as its bytes.
struct NumericAddress: Hashable {
  /// 4 or 16.
  var bytes: [UInt8]

  init?(_ text: some StringProtocol) {
    // inet_pton stops at a NUL: a text with one would be taken for what stands before it.
    guard !text.utf8.contains(0), text.utf8.count <= 45 else { return nil }
    let text = String(text)
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  var isIPv6: Bool { bytes.count == 16 }

  /// Whether all bits behind the prefix are zero.
  func isBase(ofPrefix length: Int) -> Bool {
    bytes.indices.allSatisfy { index in
      let kept = min(8, max(0, length - index * 8))
      return kept == 8 || bytes[index] << UInt8(kept) == 0
    }
  }
}

extension SIPConfiguration.Network {
  /// Reads `192.0.2.10`, `192.0.2.64/28`, `127.0.0.1:5160`, `[::1]:5160`, `2001:db8::/32`, `[2001:db8::]/32`. The failure says
  /// what is wrong with it.
  static func read(_ text: String) -> Result<SIPConfiguration.Network, Objection> {
    var address = Substring(text)
    var port: Int?
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      // [address]:port, [address]/prefix, [address]/prefix:port
      address = text[text.index(after: text.startIndex)..<close]
      let behind = text[text.index(after: close)...]
      guard let (prefix, number) = tail(behind) else { return .failure(.notAnAddress) }
      port = number
      return checked(address, prefix: prefix, port: port)
    }
    var prefix: Substring?
    if text.count(where: { $0 == ":" }) == 1, let colon = address.lastIndex(of: ":") {
      guard let number = portNumber(address[address.index(after: colon)...]) else { return .failure(.badPort) }
      port = number
      address = address[..<colon]
    }
    if let slash = address.firstIndex(of: "/") {
      prefix = address[address.index(after: slash)...]
      address = address[..<slash]
    }
    return checked(address, prefix: prefix, port: port)
  }

  /// What can be wrong with it.
  enum Objection: Error, Equatable {
    case notAnAddress, badPort, badPrefix(longest: Int), bitsBehindPrefix(Int)

    var explanation: String {
      switch self {
      case .notAnAddress: "is no address: write 192.0.2.10, 192.0.2.0/24, 192.0.2.10:5060 or [2001:db8::1]:5060"
      case .badPort: "has no port from 1 to 65535 behind its colon"
      case .badPrefix(let longest): "has no prefix length from 0 to \(longest) behind its slash"
      case .bitsBehindPrefix(let length):
        "has bits set behind its prefix of \(length): write the network's first address"
      }
    }
  }

  private static func tail(_ text: Substring) -> (prefix: Substring?, port: Int?)? {
    if text.isEmpty { return (nil, nil) }
    if text.hasPrefix(":") { return portNumber(text.dropFirst()).map { (nil, $0) } }
    guard text.hasPrefix("/") else { return nil }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 1 { return (parts[0], nil) }
    return parts.count == 2 ? portNumber(parts[1]).map { (parts[0], $0) } : nil
  }

  private static func checked(_ address: Substring, prefix: Substring?, port: Int?) -> Result<Self, Objection> {
    guard let numeric = NumericAddress(address) else { return .failure(.notAnAddress) }
    let longest = numeric.isIPv6 ? 128 : 32
    var length = longest
    if let prefix {
      guard prefix.utf8.count <= 3, let number = Int(prefix), (0...longest).contains(number), !prefix.hasPrefix("+")
      else { return .failure(.badPrefix(longest: longest)) }
      length = number
    }
    guard numeric.isBase(ofPrefix: length) else { return .failure(.bitsBehindPrefix(length)) }
    return .success(Self(address: String(address), prefixLength: length, port: port))
  }
}

extension SIPConfiguration.Host {
  /// Reads `pbx.example.com`, `192.0.2.10:5060`, `[::1]:5070`; nil for anything else.
  static func read(_ text: String) -> SIPConfiguration.Host? {
    if let numeric = NumericAddress(text) { return numeric.isIPv6 || numeric.bytes.count == 4 ? Self(name: text) : nil }
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      let address = text[text.index(after: text.startIndex)..<close]
      let behind = text[text.index(after: close)...]
      guard let numeric = NumericAddress(address), numeric.isIPv6 else { return nil }
      if behind.isEmpty { return Self(name: String(address)) }
      guard behind.hasPrefix(":"), let port = portNumber(behind.dropFirst()) else { return nil }
      return Self(name: String(address), port: port)
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count <= 2, isHostName(name) || NumericAddress(name) != nil else { return nil }
    guard parts.count == 2 else { return Self(name: String(name)) }
    return portNumber(parts[1]).map { Self(name: String(name), port: $0) }
  }

  /// Labels of letters, digits and hyphens (RFC 1123 §2.1); the last is not all digits, or it would be a wrong address.
  static func isHostName(_ text: some StringProtocol) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, let last = labels.last, last.utf8.contains(where: { !(0x30...0x39).contains($0) })
    else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
        }
    }
  }
}

/// 1 to 65535 in plain digits.
private func portNumber(_ text: some StringProtocol) -> Int? {
  guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text),
    (1...65535).contains(port)
  else { return nil }
  return port
}
