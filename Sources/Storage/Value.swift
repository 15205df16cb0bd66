internal import Telephony

/// What can be bound to a parameter.
enum Value: Sendable {
  case null
  case integer(Int64)
  case text(String)

  init(_ text: String) { self = .text(text) }
  init(_ text: String?) { self = text.map(Value.text) ?? .null }
  init(_ name: some Identifier) { self = .text(name.rawValue) }
  init(_ name: (some Identifier)?) { self = name.map { .text($0.rawValue) } ?? .null }
  init(_ number: Int64?) { self = number.map(Value.integer) ?? .null }
  init(_ number: Int) { self = .integer(Int64(number)) }
  init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

extension Moment {
  /// As two columns: wall time in milliseconds, then the monotonic clock, which means nothing after a restart.
  var values: [Value] { [.integer(wallMilliseconds), .integer(monotonicNanoseconds)] }
}

extension Moment? {
  /// As two columns, both null when there is none.
  var values: [Value] { self?.values ?? [.null, .null] }
}
