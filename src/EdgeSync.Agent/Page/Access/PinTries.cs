using System.Globalization;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;

namespace EdgeSync.Agent.Page.Access;

/// <summary>
/// Limits how often somebody may try a PIN: after three wrong ones each further try waits longer, and after ten a quarter of an hour. The count is in the
/// site's database, so that a restart does not reset it, and it is one count for everybody: an address costs an attacker in the same network nothing. Whoever
/// is logged in stays so.
/// </summary>
internal sealed class PinTries(SqliteDatabase database, HoldClock clock)
{
    private const int FreeTries = 3;
    private const int MostTries = 10;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();

    /// <summary>How long the caller has to wait. Zero allows one try, which counts as wrong until <see cref="Forget"/>.</summary>
    public TimeSpan Begin()
    {
        lock (_lock)
        {
            using var connection = database.Connect();
            var now = clock.GetUtcNow();
            var (count, last) = Parse(SiteSettings.Read(connection, SiteSettings.PagePinTries));
            if (now - last >= ForgottenAfter || last > now)
            {
                count = 0;
            }

            var left = last + WaitAfter(count) - now;
            if (left > TimeSpan.Zero)
            {
                return left;
            }

            SiteSettings.Write(connection, SiteSettings.PagePinTries, string.Create(CultureInfo.InvariantCulture, $"{count + 1} {now:O}"));
            return TimeSpan.Zero;
        }
    }

    /// <summary>The PIN was right: the count begins again.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            using var connection = database.Connect();
            SiteSettings.Write(connection, SiteSettings.PagePinTries, "");
        }
    }

    private static TimeSpan WaitAfter(int count) => count switch
    {
        < FreeTries => TimeSpan.Zero,
        >= MostTries => LongestWait,
        _ => FirstWait * Math.Pow(2, count - FreeTries),
    };

    private static (int Count, DateTimeOffset Last) Parse(string? stored) =>
        stored?.Split(' ') is [var count, var last]
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && DateTimeOffset.TryParseExact(last, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            ? (number, at)
            : (0, DateTimeOffset.MinValue);
}
