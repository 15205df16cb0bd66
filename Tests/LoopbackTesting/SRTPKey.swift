import CSRTPPeer
import FoundationEssentials

/// A key of SRTP as a line of SDP has it (RFC 4568): AES_CM_128_HMAC_SHA1_80.
public struct SRTPKey: Sendable, Equatable {
  /// Master key and salt.
  public let bytes: [UInt8]

  /// A new one.
  public init() { bytes = (0..<30).map { _ in .random(in: 0...255) } }

  /// The first line of that suite in a description; nil: there is none.
  public init?(in description: String) {
    let lines = description.split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix("a=crypto:") && $0.contains(" AES_CM_128_HMAC_SHA1_80 ") }),
      let key = line.split(separator: " ").first(where: { $0.hasPrefix("inline:") }),
      let data = Data(base64Encoded: String(key.dropFirst(7).prefix { $0 != "|" })), data.count == 30
    else { return nil }
    bytes = Array(data)
  }

  /// As it stands behind `inline:`.
  public var text: String { Data(bytes).base64EncodedString() }

  /// The line of an offer or answer.
  public func line(tag: Int = 1, more: String = "") -> String {
    "a=crypto:\(tag) AES_CM_128_HMAC_SHA1_80 inline:\(text)\(more)"
  }
}

/// One direction of an RTP endpoint's SRTP, by libsrtp.
final class SRTPStream: @unchecked Sendable {
  // Unchecked: only ever used under the endpoint's mutex.
  private let peer: OpaquePointer?

  init(_ key: SRTPKey, isSender: Bool) { peer = srtp_peer_open(key.bytes, key.bytes.count, 10, isSender) }

  deinit { srtp_peer_close(peer) }

  func protect(_ packet: [UInt8]) -> [UInt8]? { change(packet, srtp_peer_protect) }
  func unprotect(_ packet: [UInt8]) -> [UInt8]? { change(packet, srtp_peer_unprotect) }

  private func change(
    _ packet: [UInt8], _ transform: (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?) -> Int32
  ) -> [UInt8]? {
    var memory = packet + [UInt8](repeating: 0, count: 64)
    var count = packet.count
    return peer != nil && transform(peer, &memory, &count) == 0 ? Array(memory.prefix(count)) : nil
  }
}
