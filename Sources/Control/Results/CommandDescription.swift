/// One command in `help`.
public struct CommandDescription: Sendable, Equatable, Codable {
  /// The method of the request.
  public var name: String
  /// What it does.
  public var help: String
  /// The least role that may use it.
  public var role: Role
  /// In the order of the declaration.
  public var parameters: [ParameterDescription]

  /// Puts it together.
  public init(name: String, help: String, role: Role, parameters: [ParameterDescription]) {
    self.name = name
    self.help = help
    self.role = role
    self.parameters = parameters
  }
}

/// One parameter of a command.
public struct ParameterDescription: Sendable, Equatable, Codable {
  /// The member of `params`.
  public var name: String
  /// In words: `text`, `whole number from 1 to 3600`, …
  public var type: String
  /// Whether it must be given.
  public var required: Bool
  /// What it means.
  public var help: String

  /// Puts it together.
  public init(name: String, type: String, required: Bool, help: String) {
    self.name = name
    self.type = type
    self.required = required
    self.help = help
  }
}
