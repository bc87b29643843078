using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeSync.Fuzz.Tests;

/// <summary>Changes good bytes anywhere, again and again, and hands them to a check that must never throw.</summary>
internal static class ByteFuzzer
{
    private const int MostPrinted = 3000;

    /// <param name="good">What the reader takes as it is.</param>
    /// <param name="tokens">Pieces of the format's grammar, which get deeper than noise.</param>
    /// <param name="check">Reads the bytes, and asserts what must hold of what came out.</param>
    /// <param name="target">The name of the test.</param>
    public static void Run(byte[] good, byte[][] tokens, Action<byte[], Random> check, [CallerMemberName] string target = "") => FuzzRun.Repeat(
        random =>
        {
            var bytes = Change(good, tokens, random);
            try
            {
                check(bytes, random);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"for {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, MostPrinted)))}", failure);
            }
        },
        target);

    /// <inheritdoc cref="Run(byte[], byte[][], Action{byte[], Random}, string)"/>
    public static void Run(byte[] good, byte[][] tokens, Action<byte[]> check, [CallerMemberName] string target = "") =>
        Run(good, tokens, (bytes, _) => check(bytes), target);

    /// <inheritdoc cref="Run(byte[], byte[][], Action{byte[], Random}, string)"/>
    public static void Run(byte[] good, string[] tokens, Action<byte[], Random> check, [CallerMemberName] string target = "") =>
        Run(good, Array.ConvertAll(tokens, Encoding.UTF8.GetBytes), check, target);

    /// <inheritdoc cref="Run(byte[], byte[][], Action{byte[], Random}, string)"/>
    public static void Run(byte[] good, string[] tokens, Action<byte[]> check, [CallerMemberName] string target = "") =>
        Run(good, tokens, (bytes, _) => check(bytes), target);

    private static byte[] Change(byte[] good, byte[][] tokens, Random random)
    {
        var bytes = new List<byte>(good);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(Reach(random), bytes.Count - at));
                    break;
                case 3:
                    var from = random.Next(bytes.Count + 1);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(Reach(random), bytes.Count - from)));
                    break;
                case 4 when random.Next(8) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, tokens[random.Next(tokens.Length)]);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    private static int Reach(Random random) => random.Next(random.Next(4) == 0 ? 600 : 32);
}
