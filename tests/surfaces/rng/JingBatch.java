import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import com.thaiopensource.xml.sax.ErrorHandlerImpl;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;

/** Answers "S path" (load a schema) and "V path" (validate a document), one line each, with jing's library. */
public class JingBatch {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    ValidationDriver driver = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String path = line.substring(2);
      StringWriter errors = new StringWriter();
      String answer;
      try {
        if (line.charAt(0) == 'S') {
          PropertyMapBuilder properties = new PropertyMapBuilder();
          properties.put(ValidateProperty.ERROR_HANDLER, new ErrorHandlerImpl(errors));
          driver = new ValidationDriver(properties.toPropertyMap());
          if (driver.loadSchema(ValidationDriver.fileInputSource(path))) {
            answer = "yes";
          } else {
            driver = null;
            answer = "no";
          }
        } else if (driver == null) {
          answer = "no";
        } else {
          answer = driver.validate(ValidationDriver.fileInputSource(path)) ? "yes" : "no";
        }
      } catch (Exception error) {
        answer = "error " + error.getClass().getName();
      } catch (StackOverflowError error) {
        answer = "error StackOverflow";
      }
      out.println(answer);
    }
  }
}
