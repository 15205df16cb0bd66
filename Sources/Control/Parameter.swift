import Telephony

/// One typed parameter of a command: how it is called, what it may be, and how it is read.
///
/// Declared where commands are (`Command.all` and the lists that it is made of). Reading yields the value or a refusal that
/// says which parameter, what was expected and what stood there.
struct Parameter<Value: Sendable>: Sendable {
  /// What `help` says of it.
  let description: ParameterDescription
  /// From the member of `params`; nil when it is not there.
  let read: @Sendable (JSON?) throws(ControlError) -> Value
  /// The agent as whom the client would act, where the parameter names one.
  let actor: @Sendable (Value) -> AgentID?
  /// The greatest role that is held to the agent of its rule there.
  let bindsUpTo: Role

  init(
    _ name: String, _ type: String, _ help: String, actor: @escaping @Sendable (Value) -> AgentID? = { _ in nil },
    bindsUpTo: Role = .agent, read: @escaping @Sendable (JSON, String) throws(ControlError) -> Value
  ) {
    description = ParameterDescription(name: name, type: type, required: true, help: help)
    self.actor = actor
    self.bindsUpTo = bindsUpTo
    self.read = { (json) throws(ControlError) in
      guard let json else { throw ControlError(.invalidParameters, "\(name) is missing: \(help) (\(type)).") }
      return try read(json, name)
    }
  }

  private init(
    description: ParameterDescription, actor: @escaping @Sendable (Value) -> AgentID?, bindsUpTo: Role,
    read: @escaping @Sendable (JSON?) throws(ControlError) -> Value
  ) {
    self.description = description
    self.actor = actor
    self.bindsUpTo = bindsUpTo
    self.read = read
  }

  /// The same parameter, that may be left out or null.
  static func optional<Wrapped>(_ parameter: Parameter<Wrapped>) -> Parameter where Value == Wrapped? {
    var description = parameter.description
    description.required = false
    return Parameter(
      description: description, actor: { $0.flatMap(parameter.actor) }, bindsUpTo: parameter.bindsUpTo
    ) { (json) throws(ControlError) in
      switch json {
      case nil, .null: nil
      case .some(let json): try parameter.read(json)
      }
    }
  }

  /// The same parameter, that may be left out; null says something of its own, and is `.some(nil)`.
  static func nullable<Wrapped>(_ parameter: Parameter<Wrapped>) -> Parameter where Value == Wrapped?? {
    let optional = Parameter<Wrapped?>.optional(parameter)
    return Parameter(
      description: optional.description, actor: { $0?.flatMap(parameter.actor) }, bindsUpTo: optional.bindsUpTo
    ) { (json) throws(ControlError) in
      guard let json else { return nil }
      return .some(try optional.read(json))
    }
  }
}

extension Parameter where Value == String {
  /// Text without control characters, of 1 to `longest` bytes.
  static func text(_ name: String, _ help: String, longest: Int = 256) -> Parameter {
    Parameter(name, "text", help) { (json, name) throws(ControlError) in try json.text(name, longest: longest) }
  }

  /// One of a few words.
  static func choice(_ name: String, _ words: [String], _ help: String) -> Parameter {
    let type = words.joined(separator: "|")
    return Parameter(name, type, help) { (json, name) throws(ControlError) in
      let word = try json.text(name, longest: 64)
      guard words.contains(word) else {
        throw .invalid(name, "expected \(type), not \"\(word)\".\(Spelling.question(word, among: words))")
      }
      return word
    }
  }

  /// A wall time.
  static func time(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "RFC 3339 time", help) { (json, name) throws(ControlError) in
      let text = try json.text(name, longest: 64)
      guard RFC3339.milliseconds(text) != nil else {
        throw .invalid(name, "expected a time as 2026-09-21T14:13:20Z, not \"\(text)\".")
      }
      return text
    }
  }
}

extension Parameter where Value: Identifier {
  /// The name of a thing; whether it exists is for the handler to say.
  static func identifier(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "text", help) { (json, name) throws(ControlError) in
      Value(rawValue: try json.text(name, longest: 128))
    }
  }
}

extension Parameter where Value == AgentID {
  /// The agent as whom the client acts: a client that is bound to one agent may name no other.
  static func agent(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "text", help, actor: { $0 }) { (json, name) throws(ControlError) in
      AgentID(rawValue: try json.text(name, longest: 128))
    }
  }

  /// The supervisor whose rights the client uses: a supervisor's client that is bound to one may name no other.
  static func supervisor(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "text", help, actor: { $0 }, bindsUpTo: .supervisor) { (json, name) throws(ControlError) in
      AgentID(rawValue: try json.text(name, longest: 128))
    }
  }
}

extension Parameter where Value == Int {
  /// A whole number within bounds.
  static func number(_ name: String, _ range: ClosedRange<Int>, _ help: String) -> Parameter {
    let type = "whole number from \(range.lowerBound) to \(range.upperBound)"
    return Parameter(name, type, help) { (json, name) throws(ControlError) in
      guard case .integer(let value) = json else { throw .invalid(name, "expected a \(type), not \(json.inWords).") }
      guard let value = Int(exactly: value), range.contains(value) else {
        throw .invalid(name, "\(value) is out of range; expected a \(type).")
      }
      return value
    }
  }
}

extension Parameter where Value == UInt64 {
  /// A number of a notice or of a run of the daemon.
  static func counter(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "whole number", help) { (json, name) throws(ControlError) in
      guard case .integer(let value) = json, let value = UInt64(exactly: value) else {
        throw .invalid(name, "expected a whole number from 0, not \(json.inWords).")
      }
      return value
    }
  }
}

extension Parameter where Value == [String] {
  /// Types of notices, or what stands before a dot in some.
  static func noticeTypes(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "list of texts", help) { (json, name) throws(ControlError) in
      guard case .array(let elements) = json else {
        throw .invalid(name, "expected a list of texts, not \(json.inWords).")
      }
      guard elements.count <= 64 else { throw .invalid(name, "more than 64 types.") }
      var types: [String] = []
      for (index, element) in elements.enumerated() {
        let type = try element.text("\(name)[\(index)]", longest: 64)
        guard Notice.Body.types.contains(where: { $0 == type || $0.hasPrefix(type + ".") }) else {
          let question = Spelling.question(type, among: Notice.Body.types)
          throw .invalid("\(name)[\(index)]", "there is no notice of type \"\(type)\".\(question)")
        }
        types.append(type)
      }
      return types
    }
  }
}

extension ControlError {
  /// A parameter that is there and wrong.
  static func invalid(_ name: String, _ what: String) -> ControlError {
    ControlError(.invalidParameters, "\(name): \(what)")
  }
}

extension JSON {
  fileprivate func text(_ name: String, longest: Int) throws(ControlError) -> String {
    guard case .string(let text) = self else {
      var hint = ""
      if case .integer(let value) = self { hint = " Write \"\(value)\" in quotes." }
      throw .invalid(name, "expected a text, not \(inWords).\(hint)")
    }
    guard !text.isEmpty else { throw .invalid(name, "the text is empty.") }
    guard text.utf8.count <= longest else { throw .invalid(name, "the text is longer than \(longest) bytes.") }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw .invalid(name, "the text contains a control character.")
    }
    return text
  }

  /// What a person calls it, in a refusal.
  var inWords: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the text \"\(value.prefix(40))\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}
