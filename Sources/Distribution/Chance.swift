import Telephony

/// Chance that can be repeated: a function of what it is about, not of when or how often it is asked.
enum Chance {
  /// 64 bits for this contact and this agent (FNV-1a over the names, stirred as in SplitMix64).
  static func bits(seed: UInt64, _ contact: ContactID, _ agent: AgentID) -> UInt64 {
    var hash = 0xCBF2_9CE4_8422_2325 ^ seed
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    add(contact.rawValue)
    add(agent.rawValue)
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }

  /// Minus the binary logarithm of `bits` / 2⁶⁴, in units of 2⁻³²: the waiting time of a draw, exponentially distributed.
  ///
  /// Whoever has the least of it divided by her weight is chosen with a probability in proportion to the weight
  /// (Efraimidis and Spirakis). Digit by digit: the mantissa squared is the logarithm doubled.
  static func waitingTime(_ bits: UInt64) -> Int {
    let value = max(bits, 1)
    let shift = value.leadingZeroBitCount
    var mantissa = value << UInt64(shift)  // 1 ≤ mantissa/2⁶³ < 2
    var logarithm = 63 - shift
    for _ in 0..<32 {
      // mantissa² / 2¹²⁶, brought back below 2.
      let square = mantissa.multipliedFullWidth(by: mantissa).high  // mantissa²/2⁶⁴: 1 is 2⁶²
      logarithm *= 2
      if square >> 63 == 1 {
        logarithm += 1
        mantissa = square
      } else {
        mantissa = square << 1
      }
    }
    return (64 << 32) - logarithm
  }
}
