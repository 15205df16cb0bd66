import Telephony

/// Reads just enough of the Japanese plan for these tests; the real one is in `Numbers`.
let readNumber: NumberReader = { text in
  let digits = text.filter { $0 != "-" }
  func dialled(_ canonical: String, _ kind: PhoneNumber.Kind) -> Result<DialledNumber, NumberFault> {
    .success(DialledNumber(number: PhoneNumber(canonical: canonical, display: text, kind: kind)))
  }
  guard !digits.isEmpty, digits.drop(while: { $0 == "+" }).allSatisfy({ "0123456789".contains($0) }) else {
    return .failure(.notANumber(text))
  }
  if ["110", "118", "119"].contains(digits) { return dialled("jp:\(digits)", .emergency) }
  let national = digits.hasPrefix("+81") ? "0" + digits.dropFirst(3) : digits
  if national.hasPrefix("+") { return dialled(national, .international) }
  guard national.hasPrefix("0"), national.count >= 10 else { return .failure(.notANumber(text)) }
  return dialled("+81" + national.dropFirst(), national.count == 11 ? .mobile : .fixed)
}

/// A number that the tests know to be one.
func number(_ text: String) -> PhoneNumber? { try? readNumber(text).get().number }

/// A caller who shows a number.
func caller(_ text: String) -> Caller { Caller(number: number(text)) }
