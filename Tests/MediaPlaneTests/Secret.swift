import CMediaPlane
import CSRTPPeer
import TelephonyTesting

/// What SDES would have agreed upon for one phone: a key each way, and the phone's end of it, which is libsrtp. Belongs to
/// its wire's thread while that runs.
final class Secret {
  let suite: secure_suite
  private let keys: (fromPhone: [UInt8], toPhone: [UInt8])
  private let mouth: OpaquePointer
  private let ear: OpaquePointer

  init(_ suite: secure_suite = SECURE_AES_CM_128_HMAC_SHA1_80, seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    let count = secure_key_bytes(suite)
    let tag = suite == SECURE_AES_CM_128_HMAC_SHA1_32 || suite == SECURE_AES_256_CM_HMAC_SHA1_32 ? 4 : 10
    func key() -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) } }
    self.suite = suite
    keys = (key(), key())
    guard let mouth = srtp_peer_open(keys.fromPhone, count, tag, true),
      let ear = srtp_peer_open(keys.toPhone, count, tag, false)
    else { throw Missing() }
    (self.mouth, self.ear) = (mouth, ear)
  }

  deinit {
    srtp_peer_close(mouth)
    srtp_peer_close(ear)
  }

  private typealias Transform = (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?) -> Int32

  private func change(_ bytes: [UInt8], _ peer: OpaquePointer, _ transform: Transform) -> [UInt8]? {
    var memory = bytes + [UInt8](repeating: 0, count: 64)
    var count = bytes.count
    return transform(peer, &memory, &count) == 0 ? Array(memory.prefix(count)) : nil
  }

  func protect(_ bytes: [UInt8]) -> [UInt8] { change(bytes, mouth, srtp_peer_protect) ?? [] }
  func unprotect(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, ear, srtp_peer_unprotect) }
  func protectReport(_ bytes: [UInt8]) -> [UInt8] { change(bytes, mouth, srtp_peer_protect_report) ?? [] }
  func unprotectReport(_ bytes: [UInt8]) -> [UInt8]? { change(bytes, ear, srtp_peer_unprotect_report) }

  private func key(_ bytes: [UInt8]) -> secure_key {
    var key = secure_key()
    key.suite = suite
    withUnsafeMutableBytes(of: &key.bytes) { $0.copyBytes(from: bytes) }
    return key
  }

  /// The plane's end takes these keys; the phone's is another matter.
  @discardableResult
  func give(_ phone: Phone) -> Int32 {
    var (heard, said) = (key(keys.fromPhone), key(keys.toPhone))
    return media_leg_secure(phone.plane.pointer, phone.leg, &heard, &said)
  }

  /// The phone goes by them from now on, the plane does already.
  func take(_ phone: Phone) {
    phone.protecting = protect
    phone.unprotecting = unprotect
  }

  /// Both ends; what the leg said before it had keys is not heard.
  static func both(_ phone: Phone, _ suite: secure_suite = SECURE_AES_CM_128_HMAC_SHA1_80, seed: UInt64) throws
    -> Secret
  {
    let secret = try Secret(suite, seed: seed)
    secret.give(phone)
    while phone.rtp.receive() != nil {}
    secret.take(phone)
    return secret
  }
}
