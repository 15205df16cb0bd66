/// One thing that clients can ask for, declared once: the parser, the check of the role, `help`, the manual and the
/// client's own help all read this.
public struct Command: Sendable {
  /// The method of the request.
  public let name: String
  /// What it does, in one sentence.
  public let help: String
  /// The least role that may use it.
  public let role: Role
  /// In the order of the declaration.
  public let parameters: [ParameterDescription]
  private let read: @Sendable ([String: JSON], Client) throws(ControlError) -> Request

  /// Gathers typed parameters: the closure gets their values, already read and checked one by one, and may refuse what
  /// they are together.
  init<each Value: Sendable>(
    _ name: String, _ role: Role, _ help: String, _ parameters: repeat Parameter<each Value>,
    request: @escaping @Sendable (repeat each Value) throws(ControlError) -> Request
  ) {
    self.name = name
    self.role = role
    self.help = help
    var descriptions: [ParameterDescription] = []
    repeat descriptions.append((each parameters).description)
    self.parameters = descriptions
    read = { (members, client) throws(ControlError) in
      try request(repeat try Self.value(of: each parameters, in: members, from: client))
    }
  }

  private static func value<Value>(of parameter: Parameter<Value>, in members: [String: JSON], from client: Client)
    throws(ControlError) -> Value
  {
    let value = try parameter.read(members[parameter.description.name])
    if client.role <= parameter.bindsUpTo, let own = client.agent, let actor = parameter.actor(value), actor != own {
      let (word, greater): (String, Role) =
        parameter.bindsUpTo == .supervisor ? ("supervisor", .administrator) : ("agent", .supervisor)
      throw ControlError(
        .forbidden,
        "This client may act as \(word) \(own) only, not as \(actor). That needs the role \(greater.rawValue).")
    }
    return value
  }

  /// Reads the parameters of a request for this client; whatever is wrong is refused with what and where.
  ///
  /// The role comes first: who may not use a command learns nothing of its parameters.
  public func request(parameters json: JSON?, from client: Client) throws(ControlError) -> Request {
    guard client.role >= role else {
      throw ControlError(
        .forbidden, "\(name) needs the role \(role.rawValue) or more; this client has \(client.role.rawValue).")
    }
    let members: [String: JSON]
    switch json {
    case nil: members = [:]
    case .object(let object): members = object
    case .some(let other):
      throw ControlError(.invalidParameters, "params: expected an object with members by name, not \(other.inWords).")
    }
    let known = parameters.map(\.name)
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      let question = Spelling.question(unknown, among: known)
      let names = known.isEmpty ? "It has none." : "It has \(known.joined(separator: ", "))."
      throw ControlError(
        .invalidParameters,
        "\(name) has no parameter \"\(unknown.prefix(40))\".\(question.isEmpty ? " " + names : question)")
    }
    return try read(members, client).narrowed(to: client)
  }

  /// The command of this name.
  public static func named(_ name: String) throws(ControlError) -> Command {
    if let command = byName[name] { return command }
    let question = Spelling.question(name, among: all.map(\.name))
    throw ControlError(
      .noSuchMethod,
      "There is no method \"\(name.prefix(40))\".\(question.isEmpty ? " The method `help` lists them." : question)")
  }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
