/// Whoever carries out what clients ask for.
///
/// `help` and `events.subscribe` are answered by the socket itself and never reach it. The role has been checked
/// before; the parameters are typed but may name things that do not exist.
public protocol RequestHandler: Sendable {
  /// Answers once it is decided; what comes of it is told by notices.
  func handle(_ request: Request, from client: Client) async -> Result<ControlResult, ControlError>
}

/// Why a request was not carried out; becomes a JSON-RPC 2.0 error object.
public struct ControlError: Error, Sendable, Equatable {
  /// Which kind of refusal.
  public var kind: Kind
  /// One sentence: what is wrong, and what to do.
  public var message: String

  /// The closed set of kinds; the number is the JSON-RPC error code.
  public enum Kind: Int, Sendable, CaseIterable {
    /// The line is not JSON.
    case parseError = -32700
    /// It is JSON, but no request.
    case invalidRequest = -32600
    /// No command has this name.
    case noSuchMethod = -32601
    /// A parameter is missing, unknown, of the wrong type or out of range.
    case invalidParameters = -32602
    /// A fault of the daemon.
    case internalError = -32603
    /// The agent, contact, queue or phone does not exist.
    case notFound = -32001
    /// It exists, but not in a state in which this can be done.
    case wrongState = -32002
    /// The role is too small; the message names the one that is needed.
    case forbidden = -32003
    /// The dial plan or a limit refuses it.
    case refused = -32004
    /// The daemon is stopping.
    case draining = -32005
    /// The daemon has more to do than it can do in time.
    case overloaded = -32006
  }

  /// Puts it together.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
