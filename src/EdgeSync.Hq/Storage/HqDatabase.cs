using System.Data;
using Dapper;
using EdgeSync.Hq.Configuration;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Storage;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Opens HQ's database and tells Dapper how its values are stored: times as Unix milliseconds, digests as text.</summary>
internal static class HqDatabase
{
    static HqDatabase()
    {
        // The column created_at fills the property CreatedAt.
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // Dapper asks a handler about a type only if it has no mapping of its own for it.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new DigestHandler());
    }

    /// <summary>Creates the file if it is missing, so that only HQ's user can read it, and brings its schema up to date.</summary>
    public static SqliteDatabase Open(HqOptions options)
    {
        if (!File.Exists(options.DatabaseFile))
        {
            StateFolders.Create(options);
            DurableFile.Create(options.DatabaseFile, DurableFile.PrivateMode).Dispose();
        }

        return SqliteDatabase.Open(options.DatabaseFile, HqSchema.Steps);
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => DateTimeOffset.FromUnixTimeMilliseconds((long)value);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUnixTimeMilliseconds();
    }

    private sealed class DigestHandler : SqlMapper.TypeHandler<Digest>
    {
        public override Digest Parse(object value) => Digest.Parse((string)value);

        public override void SetValue(IDbDataParameter parameter, Digest value) => parameter.Value = value.ToString();
    }
}
