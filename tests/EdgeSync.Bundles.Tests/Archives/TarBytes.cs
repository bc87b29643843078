using System.Text;
using EdgeSync.Bundles.Archives;

namespace EdgeSync.Bundles.Tests.Archives;

/// <summary>Makes tar archives that no tool would make.</summary>
internal sealed class TarBytes
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public TarBytes Entry(string name, string content = "", char type = '0', Action<byte[]>? change = null, long? size = null, bool sum = true) =>
        Entry(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(content), type, change, size, sum);

    public TarBytes Entry(byte[] name, byte[] content, char type = '0', Action<byte[]>? change = null, long? size = null, bool sum = true)
    {
        var header = new byte[512];
        name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(header);
        Put(header, 100, "0000644\0");
        Put(header, 108, "0000000\0");
        Put(header, 116, "0000000\0");
        Put(header, 124, Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0");
        Put(header, 136, "00000000000\0");
        header[156] = (byte)type;
        Put(header, 257, "ustar\0" + "00");
        change?.Invoke(header);
        if (sum)
        {
            Put(header, 148, "        ");
            Put(header, 148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        }

        _bytes.AddRange(header);
        return Raw(content).Pad();
    }

    public TarBytes Pax(params (string Key, string Value)[] records) => Pax('x', records);

    public TarBytes Pax(char type, params (string Key, string Value)[] records) => Entry("pax", string.Concat(records.Select(Record)), type);

    public TarBytes Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public TarBytes End(int blocks = 2) => Raw(new byte[512 * blocks]);

    /// <summary>With its end mark, and packed.</summary>
    public byte[] Gzip() => GzipWriter.Write(ToArray());

    public static void Put(byte[] header, int offset, string text) => Encoding.Latin1.GetBytes(text, header.AsSpan(offset));

    private static string Record((string Key, string Value) record)
    {
        var rest = $" {record.Key}={record.Value}\n";
        var length = Encoding.UTF8.GetByteCount(rest);
        var total = length + 1;
        while (total.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + length != total)
        {
            total++;
        }

        return total.ToString(System.Globalization.CultureInfo.InvariantCulture) + rest;
    }

    private TarBytes Pad()
    {
        _bytes.AddRange(new byte[(512 - (_bytes.Count % 512)) % 512]);
        return this;
    }
}
