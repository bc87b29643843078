using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Logging;

/// <summary>One event on its way to the log.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Category">Who says it.</param>
/// <param name="EventId">Its number, which never changes.</param>
/// <param name="Message">The sentence, with its values in place.</param>
/// <param name="Exception">What caused it, or null.</param>
/// <param name="Values">The values by name, and the sentence without them; null where the event has none.</param>
internal readonly record struct LogLine(
    LogLevel Level, string Category, int EventId, string Message, Exception? Exception, IReadOnlyList<KeyValuePair<string, object?>>? Values);
