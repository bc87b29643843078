using System.Text.Json;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints holds.</summary>
internal static class HoldView
{
    public static void Write(HoldAnswer answer, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, LocalApiJsonContext.Default.HoldAnswer));
            return;
        }

        foreach (var hold in answer.Ended)
        {
            Console.WriteLine($"ended: {Describe(hold)}");
        }

        foreach (var hold in answer.Holds)
        {
            Console.WriteLine($"held:  {Describe(hold)}");
        }

        if (answer.Holds.Count == 0)
        {
            Console.WriteLine("Nothing is held: changes may happen at any time.");
        }
    }

    /// <summary>Describes a hold on one line: what is held, who holds it, since when, until when, and why.</summary>
    public static string Describe(HoldStatus hold)
    {
        var what = hold.Channel is { } channel ? $"channel {channel}" : "the whole site";
        var until = hold.Until is { } end ? $"until {end:u}" : "until it is cleared";
        return $"{what} by {hold.Owner} since {hold.Since:u} {until}: {hold.Reason}";
    }
}
